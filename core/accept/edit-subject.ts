import { valueAt } from "../drift/items.ts";
import { sameJson } from "../manifest/json.ts";
import { kindGroup } from "../manifest/manifest.ts";
import { parseImageReference } from "../manifest/image-reference.ts";
import { joinInside } from "../git/path.ts";
import type { ComputedPlan } from "../plan/compute.ts";
import { likelyValues, type ChartValues } from "./chart-values.ts";
import type { EditedFiles } from "./edited-files.ts";
import { editImagesFile, imageChange } from "./edit-image.ts";
import { editKustomize } from "./edit-kustomize.ts";
import { editManifest } from "./edit-manifest.ts";
import { changesOf, NotAccepted, type Place, type Subject } from "./subject.ts";

/** How a subject is written: `owned` where the environment has it already, `patch` over all of that, for Kustomize. */
export type Strategy = "owned" | "patch";

/**
 * Writes the drift of an object into the files that the environment owns.
 * @throws {NotAccepted} where that cannot be done; the files may then hold half of it.
 */
export async function editSubject(
  files: EditedFiles,
  subject: Subject,
  computed: Pick<ComputedPlan, "plan" | "environment" | "rendered">,
  strategy: Strategy,
): Promise<void> {
  const application = computed.plan.applications.find(({ name }) => name === subject.application);
  const rest = await editImages(files, subject, computed);
  if (rest === undefined || application === undefined) return;
  switch (application.renderer) {
    case "manifests":
      return editManifest(files, rest);
    case "kustomize": {
      const options = computed.environment.spec.applications[application.name]?.kustomize;
      return editKustomize(files, rest, { path: application.path, options, patchOnly: strategy === "patch" });
    }
    case "helm": {
      const named = computed.environment.spec.applications[application.name]?.helm?.values ?? [];
      throw await chart(files, rest, { path: application.path, files: named });
    }
  }
}

/**
 * Writes tags into images.yaml where that sets them, whatever renders the manifest.
 * @returns What is left to be written elsewhere; undefined if nothing.
 */
async function editImages(
  files: EditedFiles,
  subject: Subject,
  { environment, rendered }: Pick<ComputedPlan, "environment" | "rendered">,
): Promise<Subject | undefined> {
  const { images, path } = environment.spec.source;
  const changes = changesOf(subject);
  if (images === undefined || changes === "removed") return subject;
  const file = joinInside(".", images, joinInside(".", path));
  const { object } = subject.places[0].planned;
  const before = rendered.get(subject.application)?.manifests.find((manifest) => {
    const { metadata } = manifest.object;
    return kindGroup(manifest.object) === subject.kind && metadata.name === subject.name;
  })?.object;
  const written = new Set<string>();
  for (const change of changes) {
    const image = imageChange(object, change);
    const source = before === undefined ? undefined : valueAt(before, change.steps);
    if (image === undefined || typeof source !== "string" || sameJson(source, valueAt(object, change.steps))) continue;
    await editImagesFile(files, file, parseImageReference(source).name, image.now);
    written.add(change.path);
  }
  if (written.size === changes.length) return undefined;
  const without = (place: Place): Place => ({
    ...place,
    changes: place.changes === "removed" ? "removed" : place.changes.filter((change) => !written.has(change.path)),
  });
  const [first, ...others] = subject.places;
  return written.size === 0 ? subject : { ...subject, places: [without(first), ...others.map(without)] };
}

async function chart(files: EditedFiles, subject: Subject, values: ChartValues): Promise<NotAccepted> {
  const { planned } = subject.places[0];
  const template = planned.origin?.path;
  const changes = changesOf(subject);
  const likely: string[] = [];
  for (const change of changes === "removed" ? [] : changes) {
    likely.push(...(await likelyValues(files, values, planned.object, change)));
  }
  const meant = likely.length === 0 ? "" : ` Most likely it is ${[...new Set(likely)].join(", ")}.`;
  return new NotAccepted(
    `The chart${template === undefined ? "" : ` (${template})`} makes it from values.`,
    `Change the value in a values file of the application, or under \`helm.valuesObject\` of the environment document.${meant}`,
  );
}
