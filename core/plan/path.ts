/** A step into an object: a key, a position in a list, or the item of a list that has a name. */
export type Step = string | number | { readonly name: string };

/** How a field is written: `spec.containers[name=web].image`, `metadata.annotations["example.com/team"]`, `args[0]`. */
export function fieldPath(steps: readonly Step[]): string {
  return steps.map(stepText).join("").replace(/^\./, "");
}

function stepText(step: Step): string {
  if (typeof step === "number") return `[${step}]`;
  if (typeof step === "object") return `[name=${step.name}]`;
  return /^[A-Za-z_][\w-]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}
