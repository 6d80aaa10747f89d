import type { Command as Commander } from "commander";
import { commands } from "./commands.ts";
import { createProgram } from "./program.ts";

const introduction = `# The command line

<!-- Made from the commands' own help: node automation/write-reference.ts -->

\`driftless <command> <env>\` works on the environment of that name in the nearest folder upwards that holds a
\`Pulumi.yaml\`; \`-C <folder>\` names another. Results go to stdout; progress, warnings and errors go to stderr.
Colours and lines that change in place appear on a terminal only, and \`NO_COLOR\` turns colours off.

## Machine-readable output

\`--json\` prints exactly one document, \`{ "apiVersion": "driftless.dev/v1alpha1", "kind": … }\`. Within a version fields are
added, never renamed or removed. A run that fails prints \`kind: Error\` with \`findings\`; each has \`code\` (one of the
[error codes](errors.md)), \`severity\` (\`error\` or \`warning\`), \`message\`, \`place\` (\`file\`, \`line\`, \`column\` and
\`field\`, as far as known) and \`fix\`.

A list named \`changes\` holds one entry per object: \`action\` (\`create\`, \`update\`, \`replace\`, \`delete\`), \`owner\`
(\`application/<name>\`, \`tenant/<name>\`, \`cluster/<name>\` or \`environment\`), \`cluster\`, \`kind\`, \`namespace\`, \`name\`, \`fields\`
(\`path\`, \`kind\`, \`before\`, \`after\`) and \`origin\` (where in the source it comes from). Values of Secrets are \`[secret]\`, always.

A list named \`hooks\` holds the hooks that run: \`application\`, \`phase\`, \`object\` (\`<cluster>/<namespace or _>/<kind>/<name>\`)
and \`state\` (\`planned\`, \`done\`, \`failed\`, or \`skipped\` because something before it failed). \`waits\` names the applications
whose health is waited for. An update that failed prints \`applications\` besides its \`findings\`: \`name\`, \`state\` (\`up\`,
\`unchanged\`, \`failed\`, or \`waiting\` for what did not come), \`waitsFor\` and \`failures\`; \`changes\` then are those that were
done.

In a plan, each application has \`objects\` with their \`wave\`, and \`hooks\` with \`phase\`, \`wave\` and \`deletePolicies\`: see
[delivery](../guide/delivery.md#in-json). An entry of the \`changes\` of a \`Diff\` that is a hook has the field \`hook\`, its phase.

A \`PolicyCheck\` holds \`violations\`: \`pack\`, \`rule\`, \`level\` (\`mandatory\`, \`advisory\`), \`severity\`, \`object\` (its resource name, empty for
the environment as a whole), \`owner\`, \`what\` is wrong, \`message\` (the line as the rule wrote it), \`field\` (keys and positions from the
root of the object), \`place\`, \`remediation\` and \`url\`; also \`packs\` with \`version\` and \`digest\`, \`remediations\` and the number of
\`resources\`. \`PolicyRules\` holds \`rules\`: \`name\`, \`scope\`, \`severity\`, \`defaultLevel\`, \`level\`, \`settings\`, \`presets\`, \`remediation\`,
\`links\`. \`PolicyExceptions\` holds \`exceptions\` with \`state\` (\`used\`, \`unused\`, \`run\`, \`expired\`), \`daysLeft\` and \`objects\`.

A \`Review\` holds \`base\` and \`head\`, \`passed\`, \`comment\` (\`number\`, \`state\`; null where none was written), the names of \`untouched\` environments and of
\`others\`, which follow another repository, and \`environments\`: \`state\` (\`changed\`, \`new\`, \`deleted\`, \`unknown\`), \`base\` and \`head\` with \`revision\` and \`digest\`,
\`changes\`, \`clusters\`, \`tenants\`, \`applications\`, \`settings\` (fields of the document), \`guards\`, \`findings\` (\`added\`, \`kept\`, \`fixed\`), \`risks\` and \`notCompared\`
(\`application\`, \`side\`, \`why\`).

A \`Drift\` holds \`environments\`, each with \`outcome\` (\`none\`, \`drift\`, \`error\`), \`counts\` of objects by verdict, \`objects\` with
\`verdict\` (\`drifted\`, \`fought-over\`, \`deleted\`, \`recreated\`, \`orphan\`), \`owner\`, \`cluster\`, \`kind\`, \`namespace\`, \`name\`, \`origin\` and
\`differences\`: \`path\`, \`kind\` (\`changed\`, \`added\`, \`removed\`, \`moved\`), \`old\`, \`new\`, \`managers\` (\`manager\`, \`operation\`, \`time\`)
and \`ours\` (Git sets the field); \`errors\`, findings with the \`cluster\`, \`owner\` and \`objects\` of which nothing is known; and \`unlisted\`,
kinds among which unknown objects were not looked for. With \`--show-ignored\` an object has \`ignored\` too, with \`by\` and \`reason\`;
with \`--engine\` an environment has \`engine\`: \`changes\`, \`compared\` (false where Git has changed since the last update) and
\`disagreements\` (\`resourceName\`, \`message\`).

A \`DriftAcceptance\` holds \`state\` (\`created\`, \`updated\` or \`unchanged\` of its \`branch\`; \`dry-run\`, \`declined\`, \`nothing\`), \`repository\`,
\`base\` and \`revision\`, \`accepted\` objects with their \`clusters\` and \`fields\` (\`path\`, \`kind\`, \`new\`), \`refused\` (\`object\`, \`field\`, \`reason\`,
\`fix\`), \`errors\`, the changed \`files\` and their \`diff\`, without files that hold a Secret.

Where an audit log was asked, objects that are gone, made anew or unknown, and differences of the others, have \`who\`: \`user\`, \`as\` (whose
rights they acted with), \`userAgent\`, \`verb\`, \`time\`, \`auditId\` and \`match\` (\`field\`, \`manager\`, \`object\`: how it is known); the environment
has \`audits\`, one for each log: \`cluster\`, \`from\` (its oldest event that was read), \`damaged\` lines, \`untold\` changes, and \`findings\` that
kept it from being read. A \`Status\` has \`drift\`, what the last look in this folder found: \`at\`, \`outcome\` and \`counts\`, or null.

\`--sarif\` and \`--junit\` print what an analysis found as SARIF 2.1.0, one result for each violation or drifted field with a fingerprint that survives
moved lines, and as a JUnit report, one case for each object. A command that could not make its analysis says so in the same
form. Files are those of the source, or of the project for its documents.

\`--markdown\` prints a comment for a pull request: a hidden first line (\`<!-- driftless: preview dev -->\`) by which a bot
finds its own comment, a summary, then folded details; at most 60,000 characters.
`;

/** docs/reference/cli.md, made from the help of the commands. */
export function cliReference(): string {
  const program = createProgram("", { write: () => undefined, columns: 100 }, () => undefined);
  const sections = Object.entries(commands).map(([name, command]) => {
    const sub = commandOf(program, name);
    const help = sub === undefined ? "" : helpOf(sub);
    return `### driftless ${name}\n\n\`--json\` prints \`kind: ${command.document}\`.\n\n${block(help)}`;
  });
  return `${[introduction, "## Commands\n", block(helpOf(program)), ...sections].join("\n")}`;
}

/** The command of a name, which may be one of a group. */
function commandOf(program: Commander, name: string): Commander | undefined {
  return name
    .split(" ")
    .reduce<Commander | undefined>((parent, word) => parent?.commands.find((each) => each.name() === word), program);
}

/** The whole help of a command, with what follows the list of options. */
function helpOf(command: Commander): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 100 });
  command.outputHelp();
  return text;
}

function block(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
}
