import type { PolicyConfigSchema } from "@pulumi/policy";
import { z } from "zod";
import type { JsonObject } from "../core/manifest/manifest.ts";

/** One rule of the pack: data and a pure function, the same for every kind of object. */
export interface Rule {
  /** Name of its file, and its key in the settings of the pack. */
  readonly name: string;
  /** The rule in one sentence. */
  readonly description: string;
  /** What to do about a violation. */
  readonly remediation: string;
  /** JSON schema of its settings, `enforcementLevel` apart. */
  readonly configSchema: PolicyConfigSchema;
  /**
   * One message per violation; none if the object is fine. Messages say which value was found, never one of a Secret.
   * @throws if the settings are not what the rule accepts.
   */
  check(object: JsonObject, config: unknown): readonly string[];
}

/** A rule as its file writes it: `check` gets its settings parsed, with defaults. */
interface RuleDefinition<Config> extends Omit<Rule, "configSchema" | "check"> {
  readonly config: z.ZodType<Config>;
  check(object: JsonObject, config: Config): readonly string[];
}

/** Makes a rule of its definition: its settings are parsed in one place. */
export function defineRule<Config>(definition: RuleDefinition<Config>): Rule {
  const { name, description, remediation, config } = definition;
  return {
    name,
    description,
    remediation,
    configSchema: policyConfigSchema.parse(z.toJSONSchema(config, { io: "input" })),
    check: (object, settings) => {
      const parsed = config.safeParse(settings);
      if (parsed.success) return definition.check(object, parsed.data);
      throw new Error(`policy.config.${name}: ${parsed.error.issues.map(({ message }) => message).join("; ")}`);
    },
  };
}

/** The part of a JSON schema that Pulumi knows. */
const policyConfigSchema = z.object({
  properties: z.record(z.string(), z.custom<PolicyConfigSchema["properties"][string]>()),
});
