import { failure, type DriftlessError } from "../../errors/error.ts";
import type { ProgramError } from "../../exec/run.ts";
import { cleanMessage } from "../message.ts";
import type { RenderRequest } from "../renderer.ts";
import type { Sandbox } from "../sandbox.ts";

/** What Kustomize says, reduced to the innermost of its nested messages and the folder that it is about. */
export function kustomizeFailure(error: ProgramError, sandbox: Sandbox, request: RenderRequest): DriftlessError {
  const text = cleanMessage(error.stderr, sandbox);
  const nested = [...text.matchAll(/(?:of|for) path '([^']*)': /g)].at(-1);
  const inner = nested === undefined ? text : text.slice(nested.index + nested[0].length);
  const message = reduce(inner);
  return failure(
    "RENDER_FAILED",
    `Kustomize could not render the application ${request.application}: ${message}.`,
    "Correct the kustomization or the file that it names; `kustomize build` in that folder shows the same.",
    { place: { file: nested?.[1] ?? request.path }, cause: error },
  );
}

function reduce(text: string): string {
  // accumulation err='merging resources from 'a.yaml': <why>': must build at directory: <noise>
  const accumulated = /accumulation err='(.*)': (?:must build at directory|'[^']*' must resolve)/s.exec(text)?.[1];
  return (accumulated ?? text).replace(/\.$/, "");
}
