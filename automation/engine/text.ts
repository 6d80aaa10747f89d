import { stripVTControlCharacters } from "node:util";
import type { Json } from "../../core/manifest/manifest.ts";
import type { ObjectChange } from "../../core/plan/change.ts";

/** Folders whose absolute paths may turn up in messages, and what is shown instead. */
export type Folders = readonly (readonly [folder: string, shown: string])[];

/** A line of a stack trace: `    at run (run.ts:1:2)`. */
const stackFrame = /^\s+at .*(?::\d+:\d+\)?|\((?:native|<anonymous>)\))$/;

/** What anybody may read of a message: without colours, control characters, stack traces, absolute paths and blank lines. */
export function cleanText(message: string, folders: Folders): string {
  const plain = stripVTControlCharacters(message)
    .replace(/<\{%[^%]*%\}>/g, "")
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, "");
  const lines = hidePaths(plain, folders)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== "" && !stackFrame.test(line));
  return lines.join("\n");
}

/** Top folders of machines: what begins with one of them is a path, unlike `/api/v1`. */
const machinePath =
  /(?:file:\/\/|(?<![\w.:/~]))\/(?:root|home|Users|tmp|var|private|usr|opt|etc|mnt|srv|work|workspace|builds|nix|proc|run)\/[^\s"'`,;)\]}]*/g;

function hidePaths(text: string, folders: Folders): string {
  const known = [...folders].sort(([left], [right]) => right.length - left.length);
  const relative = known.reduce((result, [folder, shown]) => {
    const start = shown === "" ? "" : `${shown}/`;
    return result.replaceAll(`file://${folder}/`, start).replaceAll(`${folder}/`, start);
  }, text);
  return relative.replace(machinePath, (path) => `…/${path.slice(path.lastIndexOf("/") + 1)}`);
}

/** The text itself; empty for anything else. */
export function asText(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The first meaning of a message of several lines: a line without the list marks and counts of the engine. */
export function oneLine(message: string): string {
  const lines = message
    .split("\n")
    .map((line) => line.replace(/^[\s*•-]+/, "").trim())
    .filter((line) => line !== "" && !/^\d+ errors? occurred:$/.test(line));
  return lines.join("; ");
}

/** `Deployment.apps shop/web on eu`. */
export function objectText({
  kind,
  namespace,
  name,
  cluster,
}: Pick<ObjectChange, "kind" | "namespace" | "name" | "cluster">): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`} on ${cluster}`;
}
