import type { Finding } from "../../core/errors/finding.ts";
import { oneLine } from "./text.ts";

/** Why a cluster did not take an object. */
export type Refusal = Pick<Finding, "code" | "message" | "fix">;

/**
 * What an API server said against an object, among the words that the provider puts around it, in a preview's dry run as
 * well as in an update. Undefined where the provider tells of something else.
 */
export function refusalOf(object: string, reason: string): Refusal | undefined {
  const words = serverWords(reason);
  for (const { pattern, code, tell, fix } of refusals) {
    const found = pattern.exec(words);
    if (found !== null) return { code, message: `${object}: ${sentence(tell(found, words))}`, fix };
  }
  return undefined;
}

interface KnownRefusal {
  readonly pattern: RegExp;
  readonly code: Refusal["code"];
  /** What to say of it, without the full stop. */
  readonly tell: (found: RegExpExecArray, words: string) => string;
  readonly fix: string;
}

/** The first that fits. */
const refusals: readonly KnownRefusal[] = [
  {
    pattern: /no matches for kind "([^"]+)" in version "([^"]+)"/,
    code: "KIND_UNKNOWN",
    tell: ([, kind = "", version = ""]) => `its cluster does not serve the kind ${kind} of ${version}`,
    fix: "Install what brings the kind; if an application of the environment does, name it in `dependsOn`. Then run it again.",
  },
  {
    pattern: /failed calling webhook "([^"]+)": (?:failed to call webhook: )?(.+)/,
    code: "WEBHOOK_FAILED",
    tell: ([, name = "", why = ""]) => `its cluster asks the webhook "${name}" about it, which does not answer: ${why}`,
    fix: "Bring up what serves the webhook, or remove its configuration; then run it again.",
  },
  {
    pattern: /because it is being terminated|object is being deleted/,
    code: "OBJECT_TERMINATING",
    tell: (_, words) => `it, or its namespace, is being deleted: ${bare(words)}`,
    fix: "Wait until it is gone; if it does not go, look at its finalizers. Then run it again.",
  },
  {
    pattern:
      /admission webhook "[^"]+" denied the request|exceeded quota| is forbidden: | is invalid: |field not declared in schema|failed to create typed|unable to decode|cannot unmarshal/,
    code: "OBJECT_REFUSED",
    tell: (_, words) => `its cluster refuses it: ${bare(words)}`,
    fix: "Mend the manifest, or what refuses it in the cluster; then run it again.",
  },
];

/**
 * How the client of the provider tells of a call that did not come back, whatever cut it, and a server of one that it
 * cannot answer while it starts or ends.
 */
const cut =
  /(?:Get|Put|Post|Patch|Delete) "https?:\/\/[^"]+": (?!context canceled|.*x509|.*certificate)|unexpected error when reading response body|not yet ready to handle request|the server is currently unable to handle the request/;

/**
 * CLUSTER_UNREACHABLE where the API server of a cluster was gone when an object's turn came; the same for all of them,
 * so that it is told once.
 */
export function cutOff(cluster: string, reason: string): Refusal | undefined {
  if (/failed calling webhook/.test(reason)) return undefined;
  if (!cut.test(serverWords(reason))) return undefined;
  const message = `The cluster "${cluster}" stopped answering in the middle of the run; not everything was applied.`;
  return { code: "CLUSTER_UNREACHABLE", message, fix: "Check that it runs, then run it again: it goes on from there." };
}

/** What the provider says around the words of the API server, with the URN and its own opinion. */
const around: readonly RegExp[] = [
  /^Preview failed: /,
  /^\d+ errors? occurred:;? /,
  /resource "?urn:\S+"? was (?:successfully \w+|not successfully \w+), but /g,
  /resource "?\S+"? was not successfully \w+ by the Kubernetes API server ?: ?/g,
  /^the Kubernetes API server reported that (?:it|"[^"]*") failed to fully initialize or become live: /,
  /^update of resource "?\S+"? failed: /,
  /urn:pulumi:\S+::/g,
];

/** A reason in one line, in the words of the API server as far as they can be told from those of the provider. */
export function serverWords(reason: string): string {
  return around.reduce((words, pattern) => words.replace(pattern, ""), oneLine(reason));
}

/** Without the object, which is named before. */
function bare(words: string): string {
  return words.replace(/^\S+ "[^"]*" is (?:forbidden|invalid): /, "");
}

function sentence(words: string): string {
  return `${words.trim().replace(/[.;]$/, "")}.`;
}
