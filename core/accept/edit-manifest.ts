import { valueAt } from "../drift/items.ts";
import { compare } from "../drift/compare.ts";
import type { Difference } from "../drift/report.ts";
import { sameJson } from "../manifest/json.ts";
import type { JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { Unwritable } from "../yaml/rewrite/edit.ts";
import { applyChanges } from "./apply-changes.ts";
import type { EditedFiles } from "./edited-files.ts";
import { findObject, removeObject, writeObject } from "./find-object.ts";
import { changesOf, NotAccepted, type Subject } from "./subject.ts";

/**
 * Writes the drift of an object into the manifest that it comes from.
 * @throws {NotAccepted} if the manifest is not what becomes of it: then a change of it would not mean the same.
 */
export async function editManifest(files: EditedFiles, subject: Subject): Promise<void> {
  const { planned } = subject.places[0];
  const origin = planned.origin;
  if (origin === undefined) throw noManifest();
  const text = await files.read(origin.path);
  const found = findObject(text, subject, origin);
  if (found === undefined) throw noManifest(origin.path);
  const changes = changesOf(subject);
  if (changes === "removed") {
    const rest = within(origin.path, () => removeObject(text, found));
    files.write(origin.path, rest ?? null);
    return;
  }
  for (const change of changes) checkSame(found.raw, planned.object, change, origin.path);
  const raw = applyChanges(found.raw, changes);
  files.write(
    origin.path,
    within(origin.path, () => writeObject(text, found, raw)),
  );
}

/** Runs an edit of a file. @throws {NotAccepted} where it cannot be made without changing more. */
export function within<T>(file: string, edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    throw new NotAccepted(`${file} cannot be changed there and nowhere else: ${error.message}.`, "Change it by hand.");
  }
}

/** What stands in the file must be what the plan has of it: else something between the two would undo the change. */
function checkSame(raw: JsonObject, planned: KubernetesObject, { steps, path }: Difference, file: string): void {
  const [written, used] = [valueAt(raw, steps), valueAt(planned, steps)];
  if (sameJson(written, used)) return;
  if (written !== undefined && used !== undefined && compare({ value: written }, { value: used }).length === 0) return;
  const isImage = steps.at(-1) === "image";
  throw new NotAccepted(
    `What ${file} says of ${path} is not what is applied: ${isImage ? "images.yaml" : "a parameter"} replaces it.`,
    isImage
      ? "Change the tag or digest of the image in images.yaml."
      : "Change the application's `parameters` in the environment document.",
  );
}

function noManifest(file?: string): NotAccepted {
  return new NotAccepted(
    file === undefined ? "It comes from no file." : `It cannot be told from others in ${file}.`,
    "Change Git by hand.",
  );
}
