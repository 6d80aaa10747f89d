import type { Env } from "./environment.ts";

/** Where keys are, and a way to ask for the words that protect them: what signing and verifying need besides what git needs. */
export function signingVariables(env: Env): Record<string, string> {
  return Object.fromEntries(
    ["GNUPGHOME", "GPG_TTY", "PINENTRY_USER_DATA"].flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
