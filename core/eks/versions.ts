import { minorOfKnown } from "../cluster/minor.ts";
/** Last days of support of a Kubernetes version on EKS. */
export interface EksSupport {
  readonly standard: string;
  /** Paid for, and at its end AWS upgrades the cluster by itself. */
  readonly extended: string;
}

/**
 * The release calendar of https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html as of April 2026.
 * Versions before the first are no longer supported; of those after the last nothing is known here.
 */
export const eksVersions: Readonly<Record<string, EksSupport>> = {
  "1.29": { standard: "2025-03-23", extended: "2026-03-23" },
  "1.30": { standard: "2025-07-23", extended: "2026-07-23" },
  "1.31": { standard: "2025-11-26", extended: "2026-11-26" },
  "1.32": { standard: "2026-03-23", extended: "2027-03-23" },
  "1.33": { standard: "2026-07-29", extended: "2027-07-29" },
  "1.34": { standard: "2026-12-02", extended: "2027-12-02" },
  "1.35": { standard: "2027-03-27", extended: "2028-03-27" },
};

const minors = Object.keys(eksVersions).map(minorOfKnown);

/** Versions are this much newer than the newest that is known here, at most: two years of releases. Beyond is a mistake. */
const minorsAhead = 6;

/** Why a version cannot be one of EKS; undefined if it may be. Versions that came after this table are taken on trust. */
export function versionFault(version: string): string | undefined {
  const minor = minorOfKnown(version);
  const [oldest, newest] = [Math.min(...minors), Math.max(...minors)];
  if (minor < oldest)
    return `AWS does not support Kubernetes ${version} any more; the oldest that it may is 1.${oldest}.`;
  if (minor > newest + minorsAhead)
    return `There is no Kubernetes ${version} on EKS; the newest known here is 1.${newest}.`;
  return undefined;
}
