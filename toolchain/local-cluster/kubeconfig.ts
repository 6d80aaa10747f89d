import { rename, writeFile } from "node:fs/promises";
import { kubeconfigPath } from "./layout.ts";
import type { ClusterSettings } from "./settings.ts";

/** Address of the API server. */
export function serverOf(settings: ClusterSettings): string {
  return `https://127.0.0.1:${settings.port}`;
}

/** Writes the administrator's kubeconfig, readable by this user only; its context is named like the cluster. */
export async function writeKubeconfig(folder: string, settings: ClusterSettings, authority: string): Promise<void> {
  const { name, token } = settings;
  const document = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [
      {
        name,
        cluster: {
          server: serverOf(settings),
          "certificate-authority-data": Buffer.from(authority).toString("base64"),
        },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  // JSON is YAML. Renamed into place, because a reader must never see half of it.
  const draft = `${kubeconfigPath(folder)}.draft`;
  await writeFile(draft, `${JSON.stringify(document, undefined, 2)}\n`, { mode: 0o600 });
  await rename(draft, kubeconfigPath(folder));
}
