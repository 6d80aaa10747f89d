import { minimumGit } from "../core/git/version.ts";
import { compareVersions } from "./find/version.ts";

/** First versions without CVE-2025-48384 (a submodule path can write outside the clone), by maintained line. */
const repaired = ["2.43.7", "2.44.4", "2.45.4", "2.46.4", "2.47.3", "2.48.2", "2.49.1", "2.50.1"] as const;

/** What to think of the installed Git; undefined: there is none. */
export function judgeGit(version: string | undefined): {
  readonly status: "ok" | "warning" | "missing";
  readonly note?: string;
} {
  if (version === undefined)
    return { status: "missing", note: `install Git ${minimumGit} or newer: https://git-scm.com/downloads` };
  if (compareVersions(version, `${minimumGit}.0`) < 0) {
    return { status: "missing", note: `too old; install Git ${minimumGit} or newer: https://git-scm.com/downloads` };
  }
  if (isRepaired(version)) return { status: "ok" };
  return {
    status: "warning",
    note:
      "its version has CVE-2025-48384 unless your distribution has repaired it; " +
      "driftless never checks out submodules, but other uses of Git here may: update to 2.50.1 or newer",
  };
}

function isRepaired(version: string): boolean {
  const line = repaired.find((fixed) => sameLine(fixed, version));
  return compareVersions(version, line ?? "2.50.1") >= 0;
}

function sameLine(a: string, b: string): boolean {
  return a.split(".").slice(0, 2).join(".") === b.split(".").slice(0, 2).join(".");
}
