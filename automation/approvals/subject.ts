import { destructionDigest } from "../../core/approvals/destruction.ts";
import type { LoadedEnvironment } from "../../core/environment/load.ts";
import { readSigner } from "../../core/git/write-identity.ts";
import { lastHealthy, type UpdateRecord } from "../../core/history/record.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { planParts, type PlanParts } from "../../core/plan/digest.ts";
import type { Session } from "../session.ts";
import { changeAuthors } from "./authors.ts";

/** Something that people approve. */
export interface ApprovalSubject {
  readonly kind: "plan" | "destruction";
  readonly environment: Pick<LoadedEnvironment, "spec" | "locate">;
  readonly digest: string;
  /** The commit that it is about: full id. */
  readonly revision: string;
  /** Options that `approve` takes for it, beside the digest. */
  readonly options: string;
  /** Addresses of those whose own change it is: they do not approve it. */
  authors(): Promise<ReadonlySet<string>>;
  /** What tells it from other plans; absent for a destruction. */
  readonly parts?: PlanParts;
  /** When the change began: the start of the last healthy update, ISO 8601. Undefined if there was none. */
  readonly since?: () => Promise<string | undefined>;
}

/**
 * The plan of an environment.
 * @param history Updates of the environment, newest first: what the change is since.
 */
export function planSubject(
  session: Session,
  computed: ComputedPlan,
  history: () => Promise<readonly UpdateRecord[]>,
): ApprovalSubject {
  const { environment, plan } = computed;
  let read: Promise<readonly UpdateRecord[]> | undefined;
  const once = (): Promise<readonly UpdateRecord[]> => (read ??= history());
  return {
    ...{ kind: "plan", environment, digest: plan.digest, revision: plan.revision, options: "" },
    parts: planParts(plan),
    since: async () => lastHealthy(await once())?.start,
    authors: async () => {
      const records = await once();
      const authors = await changeAuthors(session, computed, lastHealthy(records));
      // Whose approval counted when this very plan ran has approved it, whoever brings it back.
      const then = approversOfThen(records, plan.digest);
      return new Set([...authors].filter((author) => !then.has(author.toLowerCase())));
    },
  };
}

/** Addresses, in lower case, of those whose approvals counted when a plan was applied; none if it never was. */
function approversOfThen(records: readonly UpdateRecord[], digest: string): ReadonlySet<string> {
  const same = records.filter((each) => each.digest === digest);
  return new Set(same.flatMap(({ approvals }) => approvals.map((by) => by.toLowerCase())));
}

/** What a destruction is judged by. */
export interface DestructionInput {
  readonly environment: Pick<LoadedEnvironment, "spec" | "locate">;
  /** As it was previewed, with what is let go. */
  readonly changes: readonly ObjectChange[];
  /** Whether all of it is to stay on the clusters. */
  readonly orphan: boolean;
  readonly history: readonly UpdateRecord[];
}

/** The destruction of an environment: its author is whoever runs it, who is not known yet when somebody approves it. */
export function destructionSubject(
  { io, project }: Pick<Session, "io" | "project">,
  { environment, changes, orphan, history }: DestructionInput,
  runs: boolean,
): ApprovalSubject {
  const { name, source } = environment.spec;
  const since = history.find(({ kind }) => kind !== "destroy" && kind !== "pulumi destroy")?.start;
  return {
    ...{ kind: "destruction", environment, revision: source.revision },
    digest: destructionDigest({ environment: name, since, changes }),
    options: orphan ? "--destroy --orphan " : "--destroy ",
    authors: async () => {
      if (!runs) return new Set();
      const { author, committer } = await readSigner(undefined, { env: io.env, project, signal: io.signal });
      return new Set([author.email, committer.email]);
    },
  };
}
