import { escapeUnsafe } from "./plain.ts";

/** Version of the documents that `--json` prints: fields are added, never renamed or removed, within a version. */
const outputVersion = "driftless.dev/v1alpha1";

/** What `--json` prints: one document per run. */
export interface OutputDocument {
  readonly kind: DocumentKind;
  readonly [field: string]: unknown;
}

/** The kinds of documents, as docs/reference/cli.md lists them. */
export type DocumentKind =
  | "Validation"
  | "Explanation"
  | "Plan"
  | "Render"
  | "Diff"
  | "Pin"
  | "Facts"
  | "PolicyCheck"
  | "PolicyRules"
  | "PolicyExceptions"
  | "PolicySettings"
  | "Review"
  | "Preview"
  | "Update"
  | "Takeover"
  | "Recovery"
  | "Status"
  | "Tenants"
  | "TenantRemoval"
  | "Drift"
  | "DriftEvent"
  | "DriftAcceptance"
  | "Approvals"
  | "Promotion"
  | "Images"
  | "History"
  | "HistoryEntry"
  | "Audit"
  | "Rollback"
  | "Block"
  | "Destruction"
  | "Doctor"
  | "Cluster"
  | "EksToken"
  | "Error";

/** The text of a document, its version first. */
export function formatDocument(document: OutputDocument): string {
  return `${escapeUnsafe(JSON.stringify({ apiVersion: outputVersion, ...document }, null, 2))}\n`;
}

/** The text of a document in one line, for commands that print many. */
export function formatLine(document: OutputDocument): string {
  return `${escapeUnsafe(JSON.stringify({ apiVersion: outputVersion, ...document }))}\n`;
}
