import { z } from "zod";
import { failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { enumerate } from "../../core/environment/text.ts";
import { defineCommand } from "../command.ts";
import { escapeUnsafe } from "../output/plain.ts";
import { withPacks } from "../policy/session.ts";
import { environment } from "./parameters.ts";

/** The settings with which plain Pulumi checks what Driftless checks. */
export const policySettings = defineCommand({
  summary: "Print the final settings of a policy pack, as a file for plain Pulumi.",
  description:
    "Presets, policy.config, exceptions, waivers and what rules know of the environment, in one JSON object: " +
    "pulumi preview --policy-pack <folder> --policy-pack-config <file>.",
  arguments: [environment],
  options: [{ syntax: "--pack <title>", description: "the pack as the document names it, where there are several" }],
  examples: ["driftless policy settings production > settings.json"],
  document: "PolicySettings",
  input: z.object({ env: z.string(), pack: z.string().optional() }),
  run: ({ env, pack }, session) =>
    withPacks(session, env, async (opening) => {
      const { packs, settings } = await opening;
      const titles = packs.map(({ title }) => title);
      const at = pack === undefined ? 0 : titles.indexOf(pack);
      if (at === -1) {
        throw failure(
          "USAGE",
          `The environment has no policy pack ${quote(pack ?? "")}.`,
          `It has ${enumerate(titles, "and")}.`,
        );
      }
      if (pack === undefined && packs.length > 1 && session.form === "text") {
        throw failure(
          "USAGE",
          "The environment has several policy packs.",
          `Add --pack ${titles.join(" or --pack ")}.`,
        );
      }
      return {
        document: {
          kind: "PolicySettings",
          environment: env,
          packs: packs.map(({ name, version, title }, index) => ({ name, version, title, settings: settings[index] })),
        },
        lines: [],
        raw: `${escapeUnsafe(JSON.stringify(settings[at], null, 2))}\n`,
      };
    }),
});
