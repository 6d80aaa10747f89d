import { z } from "zod";
import { formats } from "../formats.ts";
import { distinct, duration, name, text } from "./common.ts";

const subjects = distinct(text(formats.subject)).default([]);

const person = z
  .strictObject({
    groups: distinct(name).default([]).describe("Groups that `from` may name."),
    keys: distinct(text(formats.signingKey), 1).describe(
      'What their approvals are signed with: SSH public keys, "ssh-ed25519 AAAA…", or OpenPGP fingerprints, "gpg:…".',
    ),
  })
  .describe("Somebody who may approve, by address.");

/** Who must have approved the plan that an update applies. */
export const approvals = z
  .strictObject({
    required: z.int().min(0).max(20).default(0).describe("How many people must approve each plan. Default: none."),
    from: subjects.describe('Whose approvals count: "group:<name>", "user:<address>". Default: those of all `people`.'),
    people: z
      .record(text(formats.address), person)
      .default({})
      .describe("Who may approve, by the address that their commits have."),
    breakGlass: z
      .strictObject({
        from: subjects.describe("Who may update without the approvals. Default: all `people`."),
        for: duration.default("1h").describe("How long a plan may be applied so, from the first time on."),
      })
      .optional()
      .describe("Who may update without the approvals, with a reason that is kept. Default: nobody."),
  })
  .check((context) => {
    const { required, from, people } = context.value;
    const known = new Set(
      Object.entries(people).flatMap(([user, { groups }]) => [
        `user:${user}`,
        ...groups.map((group) => `group:${group}`),
      ]),
    );
    const lists = [
      ...from.map((subject, at) => ({ subject, path: ["from", at] })),
      ...(context.value.breakGlass?.from ?? []).map((subject, at) => ({ subject, path: ["breakGlass", "from", at] })),
    ];
    for (const { subject, path } of lists) {
      if (known.has(subject)) continue;
      const message = `Nobody in \`approvals.people\` is ${JSON.stringify(subject)}.`;
      const params = { fix: "Add the person, or the group to somebody, or remove it here." };
      context.issues.push({ code: "custom", input: subject, path, message, params });
    }
    const eligible = approversOf(context.value).length;
    if (eligible >= required) return;
    const message = `${required} approvals are required, where only ${eligible} people may give one.`;
    const params = { fix: "Name more people in `approvals.people` and `approvals.from`, or require fewer." };
    context.issues.push({ code: "custom", input: required, path: ["required"], message, params });
  })
  .prefault({})
  .describe("Who must have approved exactly the plan that `driftless up` applies.");

/** See `approvals`. */
export type ApprovalRules = z.infer<typeof approvals>;

/** Addresses of the people whose approvals count. */
export function approversOf({ from, people }: Pick<ApprovalRules, "from" | "people">): readonly string[] {
  return Object.entries(people)
    .filter(([user, { groups }]) => from.length === 0 || from.some((subject) => isMember(subject, user, groups)))
    .map(([user]) => user);
}

function isMember(subject: string, user: string, groups: readonly string[]): boolean {
  return subject === `user:${user}` || groups.some((group) => subject === `group:${group}`);
}
