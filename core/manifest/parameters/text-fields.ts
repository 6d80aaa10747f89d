const textMaps: ReadonlySet<string | number> = new Set(["labels", "annotations", "matchLabels", "nodeSelector"]);
const textLists: ReadonlySet<string | number> = new Set(["command", "args"]);

/**
 * True for fields in which Kubernetes takes text only, in every kind that has them: a parameter that is a number is written
 * there as text. Rendered manifests do not tell any more whether somebody put quotes around it.
 */
export function isTextField(path: readonly (string | number)[]): boolean {
  const [last, parent = "", grandparent = ""] = path.toReversed();
  if (textMaps.has(parent)) return true;
  if (typeof last === "number") return textLists.has(parent);
  if (path.length === 2) return ["metadata", "data", "stringData"].includes(String(parent));
  if (path.length === 3 && grandparent === "spec" && parent === "selector") return true;
  return last === "value" && grandparent === "env";
}
