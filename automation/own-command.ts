import { delimiter, join } from "node:path";

const folder = join(import.meta.dirname, "..", "bin");

/** A value for PATH on which `driftless` is this one: the kubeconfigs of EKS clusters have clients run it for a token. */
export function withOwnCommand(path: string): string {
  const rest = path.split(delimiter).filter((entry) => entry !== folder && entry !== "");
  return [folder, ...rest].join(delimiter);
}
