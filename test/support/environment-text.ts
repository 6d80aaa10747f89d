/** What an environment document says: each field a value, or YAML as it is to be written, in one line or indented ones. */
export interface EnvironmentFields {
  /** Default: `dev`. */
  readonly name?: string;
  /** Default: one cluster `main`, that of KUBECONFIG. */
  readonly clusters?: unknown;
  readonly tenants?: unknown;
  readonly applications?: unknown;
  readonly policy?: unknown;
}

/** The document of an environment that reads the project's `config.git` at a revision; a value is on one line. */
export function environmentText(revision: string, fields: EnvironmentFields): string {
  const { name = "dev", clusters = { main: { kubeconfig: {} } }, ...rest } = fields;
  const lines = Object.entries({ clusters, ...rest }).map(([field, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `${field}:${text.startsWith("\n") ? "" : " "}${text}\n`;
  });
  return `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: ${name} }
source: { repo: config.git, local: true, revision: ${revision} }
${lines.join("")}`;
}
