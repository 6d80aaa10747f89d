/** Ends of names that say that a value is a password, whatever it looks like. */
const passwords = /(password|passwd|passphrase)$/;
/** Ends of names of what may also be a name of something: `secret: web-tls`. */
const others =
  /(^|_)(pwd|secret|token|credentials?|(api|access|secret|private|encryption|signing|auth|master|account)_?key|auth)$/;

/**
 * True if a name says that a text is a credential and nothing about the text speaks against it: it is no reference to
 * where the credential is, no placeholder, no path, no URL.
 */
export function saysCredential(name: string, text: string, placeholders: readonly string[]): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();
  // The shell keeps its working directory there.
  if (words === "pwd" || isNoCredential(text, placeholders)) return false;
  if (passwords.test(words)) return true;
  // A plain word is the name of a Secret or the kind of a token, a short number how many or how long.
  return others.test(words) && !/^([a-z]+([-._][a-z]+)*|[A-Z_]+|\d{1,9}[a-z]{0,2})$/.test(text);
}

const reference =
  /^(vault|ref\+\w+|op|arn|awssm|gcpsm|azurekeyvault|secretref|https?|file|projects)[:/]|^(\/|\.{1,2}\/|~\/)|^ENC\[|^<.*>$|^\[.*\]$/;

/** True for what stands in the place of a credential. */
function isNoCredential(text: string, placeholders: readonly string[]): boolean {
  const value = text.trim();
  const lower = value.toLowerCase();
  return (
    value === "" ||
    // $(NAME), ${NAME}, $NAME, {{ name }}, %NAME%, @NAME@: filled in elsewhere.
    /\$[\w({]|\{\{|^%\w+%$|^@\w+@$/.test(value) ||
    /^(.)\1*$/.test(value) ||
    /^(true|false|yes|no|on|off|null|none|nil|undefined)$/.test(lower) ||
    reference.test(value) ||
    placeholders.some((placeholder) => lower.includes(placeholder.toLowerCase()))
  );
}

/** True if a text holds a URL with a password: `postgres://web:secret@db/web`. */
export function holdsPasswordUrl(text: string, placeholders: readonly string[]): boolean {
  if (!text.includes("://")) return false;
  return Array.from(
    text.matchAll(/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'<>]{0,200}:([^\s/@"'<>]{1,200})@/gi),
    ([, password = ""]) => password,
  ).some((password) => !isNoCredential(password, placeholders));
}

/** Names and values of the settings that lines of a file hold: `db.password = secret`, `"password": "secret",`. */
export function settingsIn(text: string): readonly (readonly [name: string, value: string])[] {
  const line =
    /^[ \t]*(?:- |export |set )?["']?([A-Za-z_][\w.-]{0,100})["']?[ \t]*[:=][ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'#,;(){}[\]]+))[ \t]*[,;]?[ \t]*(?:#.*)?$/gm;
  return Array.from(text.matchAll(line), ([, name = "", double, single, plain]) => [
    name,
    double ?? single ?? plain ?? "",
  ]);
}

/** Names and values that words of a command line hold: `--password=secret`, `DB_PASSWORD=secret`. */
export function assignmentsIn(text: string): readonly (readonly [name: string, value: string])[] {
  const assignment = /(?:^|[\s;&|("'])-{0,2}([A-Za-z_][\w.-]{0,100})=(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"';&|)]+))/g;
  return Array.from(text.matchAll(assignment), ([, name = "", double, single, plain]) => [
    name,
    double ?? single ?? plain ?? "",
  ]);
}
