import type { ErrorCode } from "../errors/codes.ts";
import type { Finding } from "../errors/finding.ts";
import type { SetMember } from "./fan-out/expand-set.ts";
import { entryAt, positionOf, type MapNode, type Path } from "./node.ts";
import { formatPath } from "./text.ts";

/** Something wrong at a path of a document, before its position is looked up. */
export interface Problem {
  readonly code: ErrorCode;
  readonly path: Path;
  /** Where to point: at the key rather than at its value. Default: the value. */
  readonly at?: "key";
  readonly message: string;
  readonly fix: string;
  /** The application of a set with which it was found. */
  readonly member?: SetMember;
}

/** A problem as a finding, with the position at which it is found. */
export function locate(root: MapNode, problem: Problem): Finding {
  const { code, message, fix, path } = problem;
  const position = (problem.at === "key" ? entryAt(root, path)?.key : undefined) ?? positionOf(root, path);
  const field = path.length === 0 ? {} : { field: formatPath(path) };
  return { code, severity: "error", message, fix, place: { ...position, ...field } };
}
