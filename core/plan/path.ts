/**
 * The item of a list that its values of some fields tell apart: `{ name: "web" }`, `{ port: 80, protocol: "TCP" }`.
 * An item that is no object has one value, under the empty name: `{ "": "get" }`.
 */
export type ItemKey = Readonly<Record<string, string | number | boolean>>;

/** A step into an object: a key, a position in a list, or the item of a list that has a key. */
export type Step = string | number | ItemKey;

/** How a field is written: `spec.containers[name=web].image`, `metadata.annotations["example.com/team"]`, `args[0]`. */
export function fieldPath(steps: readonly Step[]): string {
  return steps.map(stepText).join("").replace(/^\./, "");
}

function stepText(step: Step): string {
  if (typeof step === "number") return `[${step}]`;
  if (typeof step === "object") return `[${Object.entries(step).map(keyText).join(",")}]`;
  return /^[A-Za-z_][\w-]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}

function keyText([field, value]: readonly [string, string | number | boolean]): string {
  const text = String(value);
  return `${field}=${/^[\w./:@$*-]+$/.test(text) ? text : JSON.stringify(text)}`;
}
