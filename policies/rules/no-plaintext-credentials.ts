import { z } from "zod";
import { candidates, credentialsIn, genericPattern } from "../credentials/detect.ts";
import { assignmentsIn, holdsPasswordUrl, saysCredential, settingsIn } from "../credentials/names.ts";
import { textsOf, type Text } from "../credentials/texts.ts";
import { objectRule } from "../rule.ts";

interface Settings {
  readonly ignore: readonly string[];
  readonly names: boolean;
  readonly placeholders: readonly string[];
}

/** What patterns look at: most need a name before the value. */
function inContext({ form, name = "", text }: Text): string {
  return form === "value" ? `${name} = "${text}"` : text;
}

/** The first kind of credential that a text seems to hold. */
function credentialIn(text: Text, patterns: ReturnType<typeof candidates>, settings: Settings): string | undefined {
  const { ignore, placeholders } = settings;
  const wanted = patterns.filter(
    // Annotations, probes and the like are full of checksums and ids.
    ({ id }) => !ignore.includes(id) && (id !== genericPattern || text.form !== "other"),
  );
  if (text.form === "value" && /^[a-f0-9]{32,}$|^sha\d+:/.test(text.text) && !namesCredential(text, placeholders))
    return undefined;
  const [found] = wanted.length === 0 ? [] : credentialsIn(inContext(text), wanted);
  if (found !== undefined) return found;
  if (!ignore.includes("url") && holdsPasswordUrl(text.text, placeholders)) return "url";
  return settings.names && namesCredential(text, placeholders) ? "name" : undefined;
}

/** True if a name in the text, or that of the text, says that it is a credential. */
function namesCredential({ form, name = "", text }: Text, placeholders: readonly string[]): boolean {
  const says = ([key, value]: readonly [string, string]) => saysCredential(key, value, placeholders);
  switch (form) {
    case "value":
      return says([name, text]) || assignmentsIn(text).some(says);
    case "file":
      // Files are full of words: only those that are passwords by name are told.
      return settingsIn(text).some(
        (each) => /pass(word|wd|phrase)$/i.test(each[0]) && each[0] !== each[1] && says(each),
      );
    case "command":
      return assignmentsIn(text).some(says);
    case "other":
      return false;
  }
}

const kinds: Readonly<Record<string, string>> = {
  name: "what its name calls a credential",
  url: "a URL with a password",
};

export const noPlaintextCredentials = objectRule({
  name: "no-plaintext-credentials",
  description: "No credential stands in a ConfigMap, a variable, a command or an annotation, where many can read it.",
  remediation:
    "Take it out of Git and replace it, since Git keeps it; hold the new one in a Secret, and refer to that with secretKeyRef or a volume.",
  severity: "critical",
  level: "mandatory",
  links: [
    "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    "https://github.com/gitleaks/gitleaks",
  ],
  settings: z.strictObject({
    ignore: z
      .array(z.string())
      .default([])
      .describe('Kinds that are not looked for: ids of Gitleaks such as "generic-api-key", or "url".'),
    names: z.boolean().default(true).describe("Whether a name such as DB_PASSWORD is enough to take a value for one."),
    placeholders: z
      .array(z.string())
      .default([
        ...["changeme", "change-me", "change_me", "replaceme", "replace-me", "replace_me"],
        ...["placeholder", "redacted", "your-", "your_"],
      ])
      .describe("What stands in values that hold none, in capitals or not."),
  }),
  check: ({ object }, settings) => {
    const texts = textsOf(object);
    const patterns = candidates(texts.map(inContext).join("\n"));
    return texts.flatMap((text) => {
      const kind = credentialIn(text, patterns, settings);
      if (kind === undefined) return [];
      const what = kinds[kind] ?? `what looks like a credential (${kind})`;
      return [{ message: `${text.where} holds ${what}`, path: text.path, control: kind }];
    });
  },
});
