import type { Finding, Place } from "../errors/finding.ts";
import type { YamlLimits } from "../yaml/limits.ts";
import { readDocuments } from "../yaml/read.ts";
import { kubernetesValues } from "./convert.ts";
import { fileLimits } from "./limits.ts";
import { locateOffset } from "./locate.ts";
import type { Json } from "./manifest.ts";

/** One document of a YAML or JSON file. */
export interface YamlDocument {
  /** From 1; empty documents count. */
  readonly number: number;
  /** Where its content starts. */
  readonly place: Place;
  /** What it says. Undefined if it is empty, or if one of its findings makes it meaningless. */
  readonly value: Json | undefined;
  readonly findings: readonly Finding[];
  /** Place of the field at a path of keys and indexes, or of the nearest one above it that exists. */
  readonly locate: (path: readonly (string | number)[]) => Place;
}

/**
 * Reads a file document by document, with the values that kubectl gives them. Never throws: what is wrong is among the
 * findings of its document (YAML_SYNTAX, YAML_DUPLICATE_KEY, YAML_LIMIT, SCHEMA_INVALID), each with line and column.
 * After YAML_LIMIT nothing more of the file is read.
 */
export function* readYaml(text: string, file: string, limits: YamlLimits = fileLimits): Generator<YamlDocument> {
  for (const document of readDocuments(text, file, kubernetesValues, limits)) {
    const { number, start, contents, value, findings, locate } = document;
    const place = contents === null ? start : locate(contents.range[0]);
    yield {
      number,
      place,
      value: findings.length === 0 ? value : undefined,
      // One mistake of syntax tends to cause several messages; the first is the one to mend.
      findings: value === undefined ? findings.slice(0, 1) : findings,
      locate: (path) => (contents === null ? place : locate(locateOffset(contents, path))),
    };
  }
}
