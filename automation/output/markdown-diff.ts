import type { ObjectChange } from "../../core/plan/change.ts";
import type { HookRun } from "../engine/types.ts";
import { adoptionText, hookObject, objectName } from "./change-set.ts";
import { fieldValues } from "./field.ts";
import { originText } from "./text.ts";

/** Fields of one object that a comment shows; the rest is counted. */
const mostFields = 20;

/** One object as lines of a `diff` block, which forges colour by their first character. */
export function diffLines(change: ObjectChange, withCluster: boolean): string[] {
  const name = objectName(change, withCluster);
  const from = change.origin === undefined ? "" : `  # ${originText(change.origin)}`;
  if (change.action === "create") return [`+ ${name}${from}`];
  if (change.action === "delete") return [`- ${name}`];
  if (change.action === "release") return [`  ${name}  (released)`];
  const shown = change.fields.slice(0, mostFields).flatMap((field) => {
    const { before, after } = fieldValues(change, field);
    return [
      ...(before === undefined ? [] : [`-   ${field.path}: ${before}`]),
      ...(after === undefined ? [] : [`+   ${field.path}: ${after}`]),
    ];
  });
  const hidden = change.fields.length - mostFields;
  const remark = change.action === "adopt" ? `  (adopted: ${adoptionText(change)})` : "";
  return [
    change.action === "replace" ? `! ${name}  (replaced)${from}` : `  ${name}${remark}${from}`,
    ...shown,
    ...(hidden > 0 ? [`    … and ${hidden} more fields`] : []),
  ];
}

/** A hook as a line of a `diff` block. */
export function hookDiffLine(hook: HookRun, withCluster: boolean): string {
  const ended = hook.state === "failed" || hook.state === "skipped" ? `, ${hook.state}` : "";
  return `! run ${hookObject(hook, withCluster)}  (${hook.phase} hook${ended})`;
}
