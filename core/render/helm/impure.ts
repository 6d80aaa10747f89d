import type { Finding } from "../../errors/finding.ts";
import type { Archive } from "./prepare.ts";

/** What a function of templates depends on, beside its arguments. */
type Source = "cluster" | "clock" | "chance";

const functions: Readonly<Record<string, Source>> = {
  lookup: "cluster",
  now: "clock",
  ago: "clock",
  ...Object.fromEntries(
    [
      ...["randAlphaNum", "randAlpha", "randNumeric", "randAscii", "randBytes", "randInt", "shuffle", "uuidv4"],
      ...["genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey"],
      ...["genSignedCert", "genSignedCertWithKey", "bcrypt", "htpasswd", "encryptAES"],
    ].map((name) => [name, "chance"]),
  ),
};

/** A function whose result no commit decides, and where it is called. */
export interface ImpureCall {
  readonly name: string;
  readonly from: Source;
  readonly file: string;
  readonly line?: number;
}

/** The impure calls of templates, by file: of the source with their lines, and of archives. */
export function impureCalls(
  templates: ReadonlyMap<string, string>,
  archives: readonly Archive[],
): readonly ImpureCall[] {
  const own = [...templates].flatMap(([file, text]) => callsIn(text).map((call) => ({ ...call, file })));
  const packaged = archives.flatMap(({ name, files }) =>
    [...files]
      .filter(([path]) => isTemplate(path))
      .flatMap(([path, content]) =>
        callsIn(content.toString("utf8")).map((call) => ({ ...call, file: `${name}:${path}` })),
      ),
  );
  return [...own, ...packaged];
}

/** True for files that Helm runs as templates. */
export function isTemplate(path: string): boolean {
  return /(^|\/)templates\//.test(path);
}

/**
 * One warning for each function, at its first call.
 * @param changes True if a second rendering gave something else: only then chance had its hand in it.
 */
export function impureWarnings(calls: readonly ImpureCall[], changes: boolean): readonly Finding[] {
  const first = new Map<string, ImpureCall>();
  for (const call of calls) if (!first.has(call.name)) first.set(call.name, call);
  return [...first.values()]
    .filter(({ from }) => from !== "chance" || changes)
    .map(({ name, from, file, line }) => {
      const more = calls.filter((call) => call.name === name).length - 1;
      const others = more === 0 ? "" : ` (and in ${more} other ${more === 1 ? "place" : "places"})`;
      return {
        code: "CHART_IMPURE",
        severity: "warning",
        message: `The chart calls ${name}${others}: ${says[from]}`,
        place: line === undefined ? { file } : { file, line },
        fix: fixes[from],
      };
    });
}

const says: Readonly<Record<Source, string>> = {
  cluster: "no cluster is asked when a chart is rendered, so it finds nothing.",
  clock: "what it gives is the time of the first rendering, which is kept until an input changes.",
  chance:
    "what it gives is made up anew at each rendering; it is kept on this machine only, so another one makes other objects.",
};

const fixes: Readonly<Record<Source, string>> = {
  cluster: "Give the chart what it looks for as a value.",
  clock: "Give the chart the time as a value, or leave it out.",
  chance: "Give the chart the secret or name as a value, most charts take the name of a Secret that exists.",
};

/** Words of the actions of a template that are functions, with their lines. Comments and texts are left out. */
function callsIn(text: string): readonly { readonly name: string; readonly from: Source; readonly line: number }[] {
  const calls: { name: string; from: Source; line: number }[] = [];
  const token = /\{\{-?\s*\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|\}\}|[.$]?[A-Za-z_][A-Za-z0-9_.]*/g;
  for (let open = text.indexOf("{{"); open !== -1; open = text.indexOf("{{", token.lastIndex)) {
    token.lastIndex = open;
    for (let match = token.exec(text); ; match = token.exec(text)) {
      // An action without an end: Helm says so.
      if (match === null) return calls;
      const [word] = match;
      if (word === "}}") break;
      const from = Object.hasOwn(functions, word) ? functions[word] : undefined;
      if (from !== undefined) calls.push({ name: word, from, line: text.slice(0, match.index).split("\n").length });
    }
  }
  return calls;
}
