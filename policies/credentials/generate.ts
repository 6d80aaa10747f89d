import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { runProgram } from "../../core/exec/run.ts";
import { toJavaScript } from "./re2.ts";

/*
 * `npm run generate:credentials` writes patterns.json from the rules that Gitleaks publishes with its source; it needs
 * Go. Rules for files of a certain name are left out: what a cluster holds has none.
 */
const module = "github.com/zricethezav/gitleaks/v8@v8.30.1";

const allowlist = z.object({
  condition: z.string().optional(),
  paths: z.array(z.string()).optional(),
  regexTarget: z.enum(["match", "line"]).optional(),
  regexes: z.array(z.string()).default([]),
  stopwords: z.array(z.string()).default([]),
});
const config = z.object({
  allowlist,
  rules: z.array(
    z.object({
      id: z.string(),
      regex: z.string().optional(),
      path: z.string().optional(),
      entropy: z.number().optional(),
      secretGroup: z.number().optional(),
      keywords: z.array(z.string()).default([]),
      allowlists: z.array(allowlist).default([]),
    }),
  ),
});

const folder = await moduleFolder();
const { rules, allowlist: allowed } = config.parse(parse(await readFile(join(folder, "config/gitleaks.toml"), "utf8")));
const patterns = rules.flatMap(({ id, regex, path, entropy, secretGroup, keywords, allowlists }) => {
  if (regex === undefined || path !== undefined) return [];
  const allow = allowlists.filter(({ paths }) => paths === undefined).map(toAllow);
  return [
    {
      ...{ id, ...toJavaScript(regex), keywords: keywords.map((keyword) => keyword.toLowerCase()) },
      ...(entropy === undefined ? {} : { entropy }),
      ...(secretGroup === undefined ? {} : { group: secretGroup }),
      ...(allow.length === 0 ? {} : { allow }),
    },
  ];
});
const text = JSON.stringify({ source: module, allow: toAllow(allowed), patterns });
await writeFile(join(import.meta.dirname, "patterns.json"), `${text}\n`);
await writeFile(join(import.meta.dirname, "LICENSE.gitleaks"), await readFile(join(folder, "LICENSE")));

function toAllow({ regexTarget, regexes, stopwords }: z.infer<typeof allowlist>): object {
  return { target: regexTarget ?? "secret", regexes: regexes.map(toJavaScript), stopwords };
}

/** Folder of the module, downloaded if it is not there. */
async function moduleFolder(): Promise<string> {
  const { stdout } = await runProgram({
    ...{ file: "go", args: ["mod", "download", "-json", module], env: process.env },
    ...{ timeoutMs: 300_000, maxOutputBytes: 1_000_000 },
  });
  return z.object({ Dir: z.string() }).parse(JSON.parse(stdout.toString())).Dir;
}
