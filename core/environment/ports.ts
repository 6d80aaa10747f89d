/** Ports of one protocol, as a NetworkPolicy writes them. */
export interface PortRange {
  readonly protocol: string;
  readonly port: number;
  /** The last port; absent for one alone. */
  readonly endPort?: number;
}

/** Reads a port as a document writes it: 443, `53/UDP`, `8000-8100/TCP`; TCP where no protocol is named. */
export function parsePorts(written: number | string): PortRange {
  const [range = "", protocol = "TCP"] = String(written).split("/");
  const [first, last] = range.split("-").map(Number);
  return { protocol, port: first ?? 0, ...(last === undefined ? {} : { endPort: last }) };
}
