import { sourceFolder, type Sandbox } from "./sandbox.ts";

const maxLines = 3;
const maxCharacters = 600;

/** What a renderer printed, without the paths of this machine, without noise, and short. */
export function cleanMessage(stderr: string, sandbox: Pick<Sandbox, "folder">): string {
  const lines = stderr
    .replaceAll(`${sandbox.folder}/${sourceFolder}/`, "")
    .replaceAll(`${sandbox.folder}/${sourceFolder}`, ".")
    .replaceAll(`${sandbox.folder}/`, "")
    .replaceAll(sandbox.folder, ".")
    .replaceAll(new RegExp(`(?<![\\w/.-])${sourceFolder}/`, "g"), "")
    .split("\n")
    .map((line) => line.replace(/^Error: /, "").trimEnd())
    .filter((line) => line !== "" && !/^(Use --debug flag|WARNING:|# Warning:)/.test(line));
  const text = lines.slice(0, maxLines).join("\n").trim();
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
}
