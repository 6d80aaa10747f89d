import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import type { Env, Setting } from "./environment.ts";
import { readSettings } from "./user-settings.ts";

/** Somebody in a commit. */
export interface Person {
  readonly name: string;
  readonly email: string;
}

/** Who makes a commit, and how it is signed. */
export interface Signer {
  readonly author: Person;
  readonly committer: Person;
  /** True if the configuration says that commits are signed. */
  readonly sign: boolean;
  /** What signing needs of the user's own configuration. */
  readonly settings: readonly Setting[];
}

const signing = /^(gpg\.|user\.signingkey$)/;

/**
 * Who makes commits: the `GIT_AUTHOR_…` and `GIT_COMMITTER_…` variables, else the user's Git configuration, that of the
 * repository around the project included.
 * @param author `Name <address>`, in place of what is configured; also commits where nobody is configured.
 * @param context `project` is the folder from which the configuration is looked for.
 * @throws GIT_AUTHOR_MISSING if nobody is named; USAGE for an author that is not written that way.
 */
export async function readSigner(
  author: string | undefined,
  { env, project, signal }: { readonly env: Env; readonly project: string; readonly signal?: AbortSignal | undefined },
): Promise<Signer> {
  const asked = author === undefined ? undefined : parsePerson(author);
  const settings = await readSettings(env, { cwd: project }, signal);
  const values = new Map(settings.map(([key, value]) => [key.toLowerCase(), value]));
  const configured = (role: "author" | "committer"): Person | undefined => {
    const of = (field: "name" | "email"): string => {
      const variable = env[`GIT_${role.toUpperCase()}_${field.toUpperCase()}`];
      const general = field === "email" ? env["EMAIL"] : undefined;
      return plainText(variable ?? values.get(`${role}.${field}`) ?? values.get(`user.${field}`) ?? general ?? "");
    };
    const [name, email] = [of("name"), of("email")];
    return name === "" || email === "" ? undefined : { name, email };
  };
  const by = asked ?? configured("author");
  if (by === undefined) throw nobody();
  return {
    author: by,
    committer: configured("committer") ?? by,
    sign: isTrue(values.get("commit.gpgsign")),
    settings: settings.filter(([key]) => signing.test(key.toLowerCase())),
  };
}

/** `Name <address>`. */
export function personText({ name, email }: Person): string {
  return `${name} <${email}>`;
}

function parsePerson(text: string): Person {
  const [, name = "", email = ""] = /^([^<>\u0000-\u001f]+) <([^<>\s\u0000-\u001f]+)>$/.exec(text) ?? [];
  if (name.trim() !== "") return { name: name.trim(), email };
  throw failure("USAGE", `${quote(text)} is no author.`, 'Write it as --author "Name <address@example.com>".');
}

/** What Git would leave out of a name itself, so that what is written is what is shown. */
function plainText(text: string): string {
  return text.replace(/[<>\u0000-\u001f]/g, "").trim();
}

/** A key without a value means true, which `readSettings` has written out. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(true|yes|on|[1-9][0-9]*)$/i.test(value);
}

function nobody(): Error {
  return failure(
    "GIT_AUTHOR_MISSING",
    "Git does not know who you are, so no commit can be made in your name.",
    'Run `git config --global user.name "…"` and `git config --global user.email …`, set GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL, or give --author "Name <address>".',
  );
}
