import { policyText } from "../../core/images/subjects.ts";
import { unusedPolicies } from "../../core/images/unused.ts";
import { formatImageReference, type ImageReference } from "../../core/manifest/image-reference.ts";
import type { LookedImage } from "../images/look.ts";
import type { ImageUpdate, ImageWork } from "../images/work.ts";
import { changesBetween } from "../commands/diff.ts";
import { changeLines, summary } from "./changes.ts";
import { columns, type Cell } from "./columns.ts";
import { findingLines } from "./findings.ts";
import type { OutputDocument } from "./json.ts";
import { span, type Line } from "./line.ts";
import { publicationFields, publishedLines, type Publication } from "./published-change.ts";
import { shortRevision } from "./text.ts";

/** What there is for each image. */
export function imageLines(work: ImageWork): readonly Line[] {
  const { target, before, images, unused, others } = work;
  const { name, source } = target.spec;
  const pinned = source.revision === before.plan.revision ? "" : `; the pin is ${shortRevision(source.revision)}`;
  const header = ["application", "image", "now", "newest", "policy"].map((text): Cell => [span("faint", text)]);
  const rows = images.map((image): Cell[] => [
    [image.application],
    [image.present.name],
    [versionText(image.present)],
    newestCell(image, work),
    [span("faint", policyText(image.policy))],
  ]);
  const notes = images.flatMap(({ application, present, skipped, moved }): Line[] => [
    ...skipped.map(({ tag, reason }): Line => [`${application}: not ${present.name}:${tag}: ${reason}`]),
    ...(moved === undefined ? [] : [[`${application}: ${movedText(present, moved)}`]]),
  ]);
  return [
    [`${name}: ${source.branch} is at ${shortRevision(before.plan.revision)}${pinned}`],
    ...(images.length === 0 ? [] : columns([header, ...rows])),
    ...notes,
    ...findingLines(unusedPolicies(unused, target)),
    ...(images.length === 0 ? [["no image has a policy: write `images` under applications in the document"]] : []),
    ...(others.length === 0
      ? []
      : [[span("faint", `${others.length} ${others.length === 1 ? "image has" : "images have"} no policy`)]]),
  ];
}

/** What would change, before somebody is asked. */
export function updateLines(
  { before, after, files, violations }: ImageUpdate,
  width: number | undefined,
): readonly Line[] {
  const set = changesBetween(before.plan, after.plan);
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  return [
    [],
    ...[...files.keys()].map((file): Line => [span("faint", "file  "), file]),
    [span("faint", "policy"), ` ${mandatory} mandatory and ${violations.length - mandatory} advisory violations`],
    [],
    ...changeLines(set, width),
    [summary(set, "future")],
    [],
  ];
}

/** What became of it. `nothing`: no image is to change; `refused`: something could not be found out, so nothing was written. */
export function imagesResult({ target, problems, named, images }: ImageWork, result: Publication): readonly Line[] {
  const { name } = target.spec;
  const found = findingLines(problems);
  const next = `driftless pin ${name}, then driftless up ${name}`;
  if (result === "nothing" && images.length === 0) return found;
  if (result === "nothing")
    return found.length > 0 ? found : [["every image is the newest one that its policy allows"]];
  if (result === "refused") {
    const how = named === undefined ? "; name the applications that are to go on without it" : "";
    return [...found, [`nothing was written, as not everything could be found out${how}`]];
  }
  if (result === "dry-run") return [...found, ["nothing was written (--dry-run)"]];
  if (result === "declined") return [...found, ["nothing was written"]];
  return [...found, ...publishedLines(result, next)];
}

/** What `--json` prints. */
export function imagesDocument(work: ImageWork, update: ImageUpdate | undefined, result: Publication): OutputDocument {
  const { target, before, images, unused, others, problems, held } = work;
  return {
    kind: "Images",
    environment: target.spec.name,
    baseRevision: before.plan.revision,
    pinned: target.spec.source.revision,
    images: images.map((image) => ({
      application: image.application,
      image: image.present.name,
      policy: image.policy,
      present: formatImageReference(image.present),
      state: stateOf(image, held),
      becomes: image.now === undefined ? null : formatImageReference(image.now),
      digest: image.digest ?? null,
      best: image.best ?? null,
      newer: image.newer,
      skipped: image.skipped,
      ...(image.moved === undefined ? {} : { moved: image.moved }),
    })),
    withoutPolicy: others,
    unusedPolicies: unused,
    errors: problems.map(({ code, message, fix }) => ({ code, message, fix })),
    violations: (update?.violations ?? []).map(({ level, rule, object, message }) => ({
      level,
      rule,
      object,
      message,
    })),
    changes: update === undefined ? [] : changesBetween(before.plan, update.after.plan).changes,
    ...publicationFields(result, target.spec.source.branch),
    closed: [],
  };
}

function stateOf({ now, problem, application, best }: LookedImage, held: ReadonlySet<string>): string {
  if (problem !== undefined) return "unknown";
  if (now !== undefined) return held.has(application) ? "held" : "update";
  return best === undefined ? "none" : "current";
}

function newestCell(image: LookedImage, { held }: ImageWork): Cell {
  switch (stateOf(image, held)) {
    case "unknown":
      return [span("bad", image.problem?.code ?? "")];
    case "held":
      return [versionText(image.now ?? image.present), span("bad", " frozen")];
    case "update":
      return [span("update", versionText(image.now ?? image.present))];
    case "none":
      return [span("faint", "no tag fits the policy")];
    default: {
      // What runs may be beyond what the policy allows; it is never taken back.
      const isSame = image.best === image.present.tag || image.newer > 0;
      return [span("good", "same"), ...(isSame ? [] : [span("faint", ` (not ${image.best ?? ""})`)])];
    }
  }
}

function versionText({ tag, digest }: ImageReference): string {
  return [tag, digest?.slice(0, 19)].filter((part) => part !== undefined).join("@") || "no tag";
}

function movedText({ name, tag, digest }: ImageReference, moved: string | null): string {
  const image = `${name}:${tag ?? ""}`;
  if (moved === null) return `the tag of ${image} is gone from the registry`;
  return `${image} is another image by now: ${digest?.slice(0, 19) ?? ""} runs, the tag leads to ${moved.slice(0, 19)}`;
}
