import { z } from "zod";
import { blockListFile } from "../../core/blocked/list.ts";
import type { BlockedEntry } from "../../core/blocked/schema.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { parseImageReference } from "../../core/manifest/image-reference.ts";
import { defineCommand } from "../command.ts";
import { addBlock, decision, liftBlock } from "../rollback/block-file.ts";
import { environment } from "./parameters.ts";

const what = {
  syntax: "<what>",
  description: "full id of a commit, or an image with its tag or digest, such as registry.example.com/web:1.5.0",
};
const reasonInput = z
  .string({ error: "--reason is missing: say why, for whoever reads the list" })
  .min(1, "The reason is empty")
  .max(500, "The reason is longer than 500 characters");
const reason = { syntax: "--reason <text>", description: "why; stands in the list" };

/** Keeps a commit or an image out. */
export const block = defineCommand({
  summary: "Keep a commit or an image out of an environment until it is let back.",
  description:
    "Writes it into environments/_blocked.yaml, which is reviewed like code; commit it. pin, plan, preview and up then refuse it.",
  arguments: [environment, what],
  options: [reason, { syntax: "--everywhere", description: "keep it out of all environments" }],
  examples: ['driftless block production registry.example.com/web:1.5.0 --reason "leaks memory"'],
  document: "Block",
  input: z.object({ env: z.string(), what: z.string(), reason: reasonInput, everywhere: z.boolean().default(false) }),
  run: async ({ env, what, reason, everywhere }, session) => {
    await loadEnvironment(session.project, env);
    const scope = everywhere ? {} : { environments: [env] };
    const entry: BlockedEntry = { ...subject(what), ...scope, ...(await decision(session, reason)) };
    await addBlock(session.project, entry);
    const where = everywhere ? "all environments" : env;
    return {
      document: { kind: "Block", environment: env, file: blockListFile, entry },
      lines: [[`${what} is kept out of ${where}; commit ${blockListFile}`]],
    };
  },
});

/** Lets a commit or an image back. */
export const unblock = defineCommand({
  summary: "Let a blocked commit or image back into an environment.",
  description: "Notes in environments/_blocked.yaml who let it back and why; the entry stays as the record. Commit it.",
  arguments: [environment, what],
  options: [reason],
  examples: ['driftless unblock production registry.example.com/web:1.5.0 --reason "the limit was too low"'],
  document: "Block",
  input: z.object({ env: z.string(), what: z.string(), reason: reasonInput }),
  run: async ({ env, what, reason }, session) => {
    await loadEnvironment(session.project, env);
    const decided = await decision(session, reason);
    await liftBlock(session.project, { ...decided, environment: env, what });
    return {
      document: { kind: "Block", environment: env, file: blockListFile, unblocked: what, ...decided },
      lines: [[`${what} may come into ${env} again; commit ${blockListFile}`]],
    };
  },
});

function subject(what: string): { readonly revision: string } | { readonly image: string } {
  if (/^[0-9a-f]{40}$/.test(what)) return { revision: what };
  const { name, tag, digest } = parseImageReference(what);
  if (name !== "" && (tag ?? digest) !== undefined && /^[\w.:/@+-]+$/.test(what)) return { image: what };
  throw failure(
    "USAGE",
    `${quote(what)} is neither a full commit id nor an image with its tag or digest.`,
    "Give all 40 digits of the commit, or the image as manifests name it.",
  );
}
