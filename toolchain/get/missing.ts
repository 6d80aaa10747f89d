import { failure, type DriftlessError } from "../../core/errors/error.ts";
import { settingOf } from "../find/find.ts";
import { partOf, type ToolName } from "../registry.ts";

/** The one error for everything that cannot be had, with each way to get it. */
export function missingTools(names: readonly ToolName[]): DriftlessError {
  const titles = names.map((name) => partOf(name).title);
  const installs = [...new Set(names.map((name) => partOf(name).advice))];
  return failure(
    "TOOL_MISSING",
    `Not installed, not in the cache, and neither the official download nor Go is there to get them: ${titles.join("; ")}.`,
    [
      "do one of these, then run again:",
      ...installs.map((advice, index) => `${index === 0 ? "1. by hand: " : "            "}${advice}`),
      "2. let driftless download: allow HTTPS to get.pulumi.com and github.com (Pulumi and its provider)",
      "3. let driftless build: install Go 1.26 or newer (https://go.dev/dl/) with a module proxy that can be reached",
      `A program at another place: ${names.map(settingOf).join(", ")} name it.`,
    ].join("\n    "),
  );
}
