import { failure, type DriftlessError } from "../../errors/error.ts";
import type { ProgramError } from "../../exec/run.ts";
import { cleanMessage } from "../message.ts";
import type { PinnedChart } from "../options.ts";

const absent =
  /not found|no chart version found|no chart name found|chart version .* not found|manifest unknown|name unknown|404/i;
const refused = /unauthorized|forbidden|denied|401|403/i;

/** Why a chart could not be fetched, in our words. */
export function pullFailure(error: ProgramError, { name, version, repository }: PinnedChart): DriftlessError {
  const chart = `The chart ${name} ${version}`;
  const detail = { cause: error };
  if (error.reason === "not-found")
    return failure("TOOL_MISSING", "Helm could not be started.", "Run `driftless doctor`.", detail);
  if (error.reason === "aborted")
    return failure("INTERRUPTED", "Fetching a chart was stopped.", "Start it again.", detail);
  if (error.reason === "memory-limit")
    return failure("RENDER_LIMIT", `${chart} of ${repository} is too large to fetch.`, "Vendor it.", detail);
  const text = error.reason === "exit" ? cleanMessage(error.stderr, { folder: "\0" }) : "it took too long";
  const why = `: ${text.replace(/\.$/, "")}.`;
  if (refused.test(text)) {
    const fix = "Log in with `helm registry login` or `docker login`, and check the address.";
    return failure(
      "CHART_NOT_FOUND",
      `${repository} does not hand out the chart ${name} ${version}${why}`,
      fix,
      detail,
    );
  }
  if (absent.test(text)) {
    const fix = "Check repository, name and version.";
    return failure("CHART_NOT_FOUND", `${repository} does not have the chart ${name} ${version}${why}`, fix, detail);
  }
  const fix = "Check the network, and run again.";
  return failure("CHART_UNREACHABLE", `${chart} could not be fetched from ${repository}${why}`, fix, detail);
}
