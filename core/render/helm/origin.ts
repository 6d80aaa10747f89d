import type { Manifest } from "../../manifest/manifest.ts";
import { chartPath } from "./failure.ts";

interface SourceLine {
  readonly line: number;
  readonly path: string;
}

/** Gives each manifest of Helm's output the template that Helm names in the comment above it. */
export function takeSources(
  manifests: readonly Manifest[],
  output: string,
  path: string,
  files: ReadonlySet<string>,
): readonly Manifest[] {
  const sources = sourceLines(output);
  let next = 0;
  return manifests.map(({ object, origin }) => {
    while ((sources[next]?.line ?? Infinity) < (origin.line ?? 0)) next += 1;
    const source = sources[next - 1];
    return {
      object,
      origin: { path: existing(source === undefined ? path : chartPath(path, source.path), path, files) },
    };
  });
}

// A comment at the start of a line is never part of a value.
function sourceLines(output: string): SourceLine[] {
  return output.split("\n").flatMap((text, index) => {
    const path = /^# Source: (\S.*)$/.exec(text)?.[1];
    return path === undefined ? [] : [{ line: index + 1, path }];
  });
}

/** The file itself, or Chart.yaml for one that is in an archive below `charts/`. */
function existing(file: string, path: string, files: ReadonlySet<string>): string {
  return files.has(file) ? file : path === "." ? "Chart.yaml" : `${path}/Chart.yaml`;
}
