import { readTrailers, type Message } from "../git/write-message.ts";

/** What somebody says of a plan. A withdrawal takes back what the same person has said before. */
export const statementKinds = ["approval", "withdrawal", "break-glass"] as const;
export type StatementKind = (typeof statementKinds)[number];

/** What somebody says of one plan of one environment. */
export interface Statement {
  readonly kind: StatementKind;
  readonly environment: string;
  /** Digest of the plan: `sha256:<hex>`. */
  readonly digest: string;
  /** The commit that the plan is of: full id; for readers, as the digest covers it. */
  readonly revision: string;
  /** Address of who says it. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** Why; always there for break-glass. */
  readonly reason?: string | undefined;
  /** `destruction` where it is no plan; for readers, as the digest covers it. */
  readonly about?: string | undefined;
  /** Digests of the plan's objects and of its policy: they tell what changed when the plan is another one. */
  readonly objects?: string | undefined;
  readonly policy?: string | undefined;
}

const trailers = {
  kind: "Driftless-Statement",
  environment: "Driftless-Environment",
  digest: "Driftless-Plan",
  revision: "Driftless-Revision",
  by: "Driftless-By",
  at: "Driftless-At",
  reason: "Driftless-Reason",
  about: "Driftless-About",
  objects: "Driftless-Objects",
  policy: "Driftless-Policy",
} as const satisfies Record<keyof Statement, string>;

const verbs: Readonly<Record<StatementKind, string>> = {
  approval: "Approve",
  withdrawal: "Withdraw the approval of",
  "break-glass": "Go without approvals for",
};

/** A statement as the message of the commit that is signed for it. */
export function statementMessage(statement: Statement): Message {
  const { kind, environment, revision, about } = statement;
  const what = about === undefined ? environment : `the ${about} of ${environment}`;
  const entries = Object.entries(trailers).flatMap(([field, trailer]): [string, string][] => {
    const value = statement[field as keyof Statement];
    return value === undefined ? [] : [[trailer, value]];
  });
  return { subject: `${verbs[kind]} ${what} at ${revision.slice(0, 7)}`, trailers: Object.fromEntries(entries) };
}

/** The statement in a message; undefined for any other commit. */
export function readStatement(message: string): Statement | undefined {
  const found = readTrailers(message);
  const kind = statementKinds.find((each) => each === found.get(trailers.kind));
  const [environment, digest, revision, by, at] = [
    ...[found.get(trailers.environment), found.get(trailers.digest), found.get(trailers.revision)],
    ...[found.get(trailers.by), found.get(trailers.at)],
  ];
  if (kind === undefined || environment === undefined || digest === undefined) return undefined;
  if (revision === undefined || by === undefined || at === undefined) return undefined;
  const optional = (["about", "objects", "policy"] as const).flatMap((field) => {
    const value = found.get(trailers[field]);
    return value === undefined ? [] : [[field, value] as const];
  });
  const reason = found.get(trailers.reason);
  return { kind, environment, digest, revision, by, at, reason, ...Object.fromEntries(optional) };
}
