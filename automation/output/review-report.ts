import { DriftlessError } from "../../core/errors/error.ts";
import type { Report } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { isPassed, type Review } from "../review/model.ts";
import { commentMarker, markerLine } from "./markdown-document.ts";
import { reviewComment } from "./review-markdown.ts";
import { reviewDocument, reviewLines } from "./review.ts";

/** What the command prints; `comment` is what became of the one on the pull request. */
export function reviewReport(
  review: Review,
  comment: { readonly number: number; readonly state: string } | undefined,
  columns: number | undefined,
): Report {
  return {
    document: reviewDocument(review, comment ?? null),
    lines: reviewLines(review, columns),
    markdown: (marker) => reviewComment(marker, review),
    exitCode: exitCodeOf(review),
  };
}

/** The comment for a forge, and the line by which it is found again. */
export function reviewBody(review: Review, longest: number): { readonly marker: string; readonly body: string } {
  const marker = commentMarker("review", { name: review.name });
  return { marker: markerLine(marker), body: reviewComment(marker, review, longest) };
}

/** What went wrong only for now, such as the network, may be tried again. */
function exitCodeOf(review: Review): number {
  if (isPassed(review)) return exitCodes.success;
  const errors = review.environments.flatMap(({ findings: { added, kept } }) =>
    [...added, ...kept].filter(({ severity }) => severity === "error"),
  );
  const [first, ...rest] = errors;
  return first === undefined ? exitCodes.terminal : exitCodes[new DriftlessError([first, ...rest]).kind];
}
