import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Command } from "../../../../automation/command.ts";
import { commands, groups } from "../../../../automation/commands.ts";
import { pages } from "./pages.ts";

const known: ReadonlyMap<string, Command> = new Map(Object.entries(commands));
const everywhere = new Set(["--project", "--json", "--no-color", "--quiet", "--debug", "--help", "--version"]);

describe("commands in the documentation", () => {
  it("exist, with the options that they are shown with", async () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const { path, text } of await pages()) {
      // Made from the commands themselves.
      if (path === "docs/reference/cli.md") continue;
      for (const typed of typedCommands(text)) {
        const found = commandOf(typed);
        if (found === undefined) {
          wrong.push(`${path}: ${typed}`);
          continue;
        }
        checked += 1;
        const options = new Set(found.options.map(({ syntax }) => /--[a-z-]+/.exec(syntax)?.[0]));
        for (const [option] of typed.matchAll(/(?<= )--[a-z][a-z-]*/g)) {
          if (!options.has(option) && !everywhere.has(option)) wrong.push(`${path}: ${option} of ${typed}`);
        }
      }
    }
    assert.ok(checked > 150, `only ${checked} commands were found`);
    assert.deepEqual(wrong, []);
  });
});

/** What is typed behind `driftless` in code, up to where another command, a comment or the code ends. */
function typedCommands(text: string): readonly string[] {
  const code = [
    ...text.matchAll(/^ *```[^]*?^ *```/gm),
    ...text.replace(/^ *```[^]*?^ *```/gm, "").matchAll(/`[^`]+`/g),
  ];
  return code.flatMap(([block]) =>
    [...block.matchAll(/(?<=^|[\s"(`/])driftless (?:-C \S+ )?([a-z][^\n`|;&#…)"]*)/gm)].map(([, typed = ""]) => typed),
  );
}

function commandOf(typed: string): Command | undefined {
  const [first = "", second = ""] = typed.split(/[\s,]+/);
  return (
    known.get(`${first} ${second}`) ?? known.get(first) ?? (first in groups ? known.get(`${first} list`) : undefined)
  );
}
