/** When Kubernetes served a kind in one API version: minor versions such as `1.22`. */
export interface KindLifecycle {
  readonly introduced?: string;
  readonly deprecated?: string;
  /** The first version that serves it no more. */
  readonly removed?: string;
  /** What takes its place: `networking.k8s.io/v1/Ingress`. */
  readonly replacement?: string;
}

/**
 * Reads one package of a Kubernetes API module.
 * @param sources Text of its `zz_generated.prerelease-lifecycle.go` and of its `register.go`.
 * @returns Its kinds as `<apiVersion>/<Kind>`. Lists are left out: nobody keeps them.
 */
export function readLifecycle(sources: {
  readonly lifecycle: string;
  readonly register: string;
}): readonly [string, KindLifecycle][] {
  const group = /\bGroupName\s*=\s*"([^"]*)"/.exec(sources.register)?.[1];
  const version = /^package (\w+)$/m.exec(sources.lifecycle)?.[1];
  if (group === undefined || version === undefined) throw new Error("a package without group or version");
  const kinds = new Map<string, KindLifecycle>();
  for (const [, kind = "", event = "", body = ""] of sources.lifecycle.matchAll(lifecycleFunction)) {
    const told = event === "Replacement" ? replacement(body) : release(body);
    kinds.set(kind, { ...kinds.get(kind), [event.toLowerCase()]: told });
  }
  return [...kinds]
    .filter(([kind]) => !kind.endsWith("List"))
    .map(([kind, lifecycle]) => [`${apiVersion(group, version)}/${kind}`, lifecycle]);
}

const lifecycleFunction =
  /^func \(in \*(\w+)\) APILifecycle(Introduced|Deprecated|Removed|Replacement)\(\) [^{]+\{\n\treturn (.+)$/gm;

function release(body: string): string {
  const [, major, minor] = /^(\d+), (\d+)$/.exec(body) ?? [];
  if (major === undefined || minor === undefined) throw new Error(`no version: ${body}`);
  return `${major}.${minor}`;
}

function replacement(body: string): string {
  const [, group, version, kind] = /Group: "([^"]*)", Version: "([^"]+)", Kind: "([^"]+)"/.exec(body) ?? [];
  if (group === undefined || version === undefined || kind === undefined) throw new Error(`no kind: ${body}`);
  return `${apiVersion(group, version)}/${kind}`;
}

function apiVersion(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}
