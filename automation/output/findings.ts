import { formatPlace, type Finding } from "../../core/errors/finding.ts";
import { span, type Line } from "./line.ts";

/** Findings as a person reads them: place, `warning` if it is one, code and message, then the fix. */
export function findingLines(findings: readonly Finding[]): Line[] {
  return findings.flatMap((finding): Line[] => [
    [
      ...(finding.place === undefined ? [] : [`${formatPlace(finding.place)}: `]),
      finding.severity === "error" ? span("bad", finding.code) : span("update", `warning ${finding.code}`),
      ` ${finding.message}`,
    ],
    [span("faint", "  fix: "), finding.fix],
  ]);
}

/** Findings with the given folders of this machine replaced by what they are; longest first, so that nested ones work. */
export function withoutFolders(
  findings: readonly Finding[],
  folders: Readonly<Record<string, string>>,
): readonly Finding[] {
  const known = Object.entries(folders)
    .filter(([, folder]) => folder.length > 1)
    .sort(([, a], [, b]) => b.length - a.length);
  const clean = (text: string): string =>
    known.reduce((result, [name, folder]) => replaceFolder(result, folder, name), text);
  return findings.map((finding) => ({
    ...finding,
    message: clean(finding.message),
    fix: clean(finding.fix),
    ...(finding.place === undefined ? {} : { place: { ...finding.place, file: clean(finding.place.file) } }),
  }));
}

/** Replaces a folder where its path ends: `/root` is not replaced in `/rootfs`. */
function replaceFolder(text: string, folder: string, name: string): string {
  return text.split(folder).reduce((result, rest) => `${result}${/^[\w.-]/.test(rest) ? folder : name}${rest}`);
}
