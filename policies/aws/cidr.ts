/** Length of the prefix of a CIDR block, and the length of an address of its family; undefined if it is no block. */
export function prefixOf(cidr: string): { readonly prefix: number; readonly bits: 32 | 128 } | undefined {
  const [, address = "", length] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(cidr.trim()) ?? [];
  if (length === undefined) return undefined;
  return { prefix: Number(length), bits: address.includes(":") ? 128 : 32 };
}

/** True for blocks that hold every address: `0.0.0.0/0`, `::/0`. */
export function isWholeWorld(cidr: string): boolean {
  return prefixOf(cidr)?.prefix === 0;
}
