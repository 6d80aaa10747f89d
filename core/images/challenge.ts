/** How a registry wants to be logged in to, by its header `WWW-Authenticate`. */
export type Challenge =
  | { readonly scheme: "basic" }
  | { readonly scheme: "bearer"; readonly realm: string; readonly service: string | undefined };

const longestHeader = 8_192;

/**
 * Reads the challenges of a header (RFC 9110, 11.6.1): the first that says where a token is given, else the basic one; undefined
 * for none that we know. What it says of scopes is left alone: nobody else decides what our credentials are asked for.
 */
export function readChallenge(header: string): Challenge | undefined {
  let basic = false;
  for (const { scheme, parameters } of challenges(header.slice(0, longestHeader))) {
    const realm = parameters.get("realm");
    if (scheme === "bearer" && realm !== undefined) {
      return { scheme: "bearer", realm, service: parameters.get("service") };
    }
    if (scheme === "basic") basic = true;
  }
  return basic ? { scheme: "basic" } : undefined;
}

interface Written {
  readonly scheme: string;
  readonly parameters: Map<string, string>;
}

function challenges(header: string): readonly Written[] {
  const found: Written[] = [];
  const token = /[ \t,]*([A-Za-z0-9!#$%&'*+.^_`|~-]+)/y;
  const value = /[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([A-Za-z0-9!#$%&'*+.^_`|~:/?-]+))/y;
  for (;;) {
    const name = token.exec(header)?.[1];
    if (name === undefined) return found;
    value.lastIndex = token.lastIndex;
    const parameter = value.exec(header);
    if (parameter === null) {
      found.push({ scheme: name.toLowerCase(), parameters: new Map() });
      continue;
    }
    token.lastIndex = value.lastIndex;
    const written = parameter[1]?.replace(/\\(.)/g, "$1") ?? parameter[2] ?? "";
    found.at(-1)?.parameters.set(name.toLowerCase(), written);
  }
}
