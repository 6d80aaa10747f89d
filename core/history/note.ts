import { z } from "zod";
import { parseJson } from "../manifest/parse-json.ts";

/** What a run was for. `recover`: it rebuilt clusters that were lost. */
export const updateKinds = ["up", "heal", "destroy", "rollback", "recover"] as const;
export type UpdateKind = (typeof updateKinds)[number];

const actor = z.object({
  name: z.string(),
  /** The pipeline that ran it, such as the address of a job. */
  pipeline: z.string().optional(),
});

/** Who ran it: a person, or whom a pipeline ran for. */
export type Actor = Readonly<z.infer<typeof actor>>;

const reason = z.object({ code: z.string(), message: z.string() });

/** An action, the owner, and the name of the resource. */
const changedObject = z.tuple([z.string(), z.string(), z.string()]);

const changes = z.object({
  /** By action; `same` is left out. */
  counts: z.record(z.string(), z.number()),
  objects: z.array(changedObject).default([]),
  /** Objects that are counted and not listed. */
  more: z.number().optional(),
});

/** What a run changed: counts, and the objects as far as they fit. */
export type NotedChanges = Readonly<z.infer<typeof changes>>;

const earlier = z.object({
  /** The run that it is about. */
  run: z.string(),
  /** `ended`: how it ended. `interrupted`: that it was begun, and its end is not known. */
  about: z.enum(["ended", "interrupted"]),
  /** ISO 8601; absent where nobody wrote it down. */
  at: z.string().optional(),
  kind: z.enum(updateKinds).optional(),
  by: actor.optional(),
  revision: z.string().optional(),
  /** Why it failed; none if it did not. */
  reasons: z.array(reason).default([]),
  changes: changes.optional(),
});

/** What the engine's history does not say of an earlier run. */
export type EarlierNote = Readonly<z.infer<typeof earlier>>;

const note = z.object({
  /** Tells this run from all others. */
  run: z.string(),
  kind: z.enum(updateKinds),
  by: actor,
  /** The commit that was applied before; absent for the first update. */
  from: z.string().optional(),
  to: z.string().optional(),
  digest: z.string().optional(),
  /** Whether it waited until everything was healthy. */
  waited: z.boolean(),
  changes: changes.optional(),
  /** Packs with their versions, advisory violations, and exceptions in force, as `<rule> <object> until <day>`. */
  policy: z
    .object({
      packs: z.record(z.string(), z.string()),
      advisory: z.number(),
      exceptions: z.array(z.string()).default([]),
    })
    .optional(),
  /** Images by application; absent where there are too many to write down. */
  images: z.record(z.string(), z.array(z.string())).optional(),
  /** Who approved it. */
  approvals: z.array(z.string()).optional(),
  /** The commit of the control repository, `+` behind it where files differed from it. */
  control: z.string().optional(),
  /** Why somebody ran it, such as the reason of a rollback. */
  reason: z.string().optional(),
  /** In what it went round what is asked for otherwise. */
  exception: z.string().optional(),
  earlier: z.array(earlier).optional(),
});

/** What is written down of a run before it begins: in the message of the engine's own history. Never a value of an object. */
export type UpdateNote = Readonly<z.infer<typeof note>>;

/** What is known of a run when it is asked for; the engine adds what it finds in the state. */
export type UpdateDraft = Omit<UpdateNote, "run" | "from" | "earlier">;

/** One argument of a program holds 128 KiB; what a person may have to read should be far less. */
const maxBytes = 24 * 1024;
const trailer = "Driftless-Update: ";

/** The message of an update: a line for people, and the note for us; cut to a size that every backend takes. */
export function formatMessage(headline: string, written: UpdateNote): string {
  for (const smaller of sizes(written)) {
    const text = JSON.stringify(smaller);
    if (Buffer.byteLength(text) <= maxBytes) return `${oneLine(headline)}\n\n${trailer}${text}`;
  }
  return oneLine(headline);
}

/** The note in a message; undefined for one that somebody else has written. */
export function parseMessage(message: string): UpdateNote | undefined {
  const line = message.split("\n").findLast((each) => each.startsWith(trailer));
  return line === undefined ? undefined : note.safeParse(parseJson(line.slice(trailer.length))).data;
}

/** Notes in the state; what is none is left out. */
export function parseEarlier(values: readonly unknown[]): readonly EarlierNote[] {
  return values.flatMap((value) => earlier.safeParse(value).data ?? []);
}

/** The note, and then ever less of it: fewer objects, then without images, then without what earlier runs did. */
function* sizes(written: UpdateNote): Generator<UpdateNote> {
  yield written;
  const { changes: all, earlier: before = [] } = written;
  const listed = all?.objects.length ?? 0;
  for (const most of [200, 50, 0].filter((each) => each < listed)) yield { ...written, ...cutTo(all, most) };
  const short = before.map((each) => ({ ...each, ...cutTo(each.changes, 0), reasons: each.reasons.slice(0, 5) }));
  const rest = { ...written, images: undefined, earlier: short };
  yield { ...rest, ...cutTo(all, 50) };
  yield { ...rest, ...cutTo(all, 0) };
  const reason = written.reason?.slice(0, 500);
  yield { ...rest, ...cutTo(all, 0), reason, policy: undefined, earlier: undefined };
}

/** Changes of which at most so many objects are listed. */
export function cutTo(all: NotedChanges | undefined, most: number): { readonly changes?: NotedChanges } {
  if (all === undefined) return {};
  const left = all.objects.length - most;
  if (left <= 0) return { changes: all };
  return { changes: { ...all, objects: all.objects.slice(0, most), more: (all.more ?? 0) + left } };
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\u0000]+/g, " ").trim();
}
