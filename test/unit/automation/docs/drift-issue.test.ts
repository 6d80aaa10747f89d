import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, it } from "mocha";
import { execa } from "execa";
import { parse } from "yaml";

const recipes = join(import.meta.dirname, "..", "..", "..", "..", "docs", "ci");
const marker = "<!-- driftless: drift -->";

/** An issue as the forge of this test keeps it. */
interface Issue {
  readonly id: number;
  title: string;
  body: string;
  readonly label: string;
  open: boolean;
  readonly notes: string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** What is different between the two forges, as far as the scripts use it. */
interface Forge {
  readonly scripts: () => Promise<readonly string[]>;
  /** How many of them do not run when packages could not be installed. */
  readonly skipped: number;
  readonly root: string;
  readonly token: string;
  readonly update: string;
  readonly notes: string;
  readonly show: (issue: Issue) => object;
  readonly change: (fields: Fields) => { readonly body?: unknown; readonly close: boolean };
  readonly env: (server: string) => Readonly<Record<string, string>>;
}

const forges: Readonly<Record<string, Forge>> = {
  GitHub: {
    scripts: async () => {
      const { jobs } = await recipe("github-actions-drift.yaml");
      const { steps } = (jobs as { readonly drift: { readonly steps: readonly { name?: string; run?: string }[] } })
        .drift;
      const step = (name: string): string => steps.find((each) => each.name === name)?.run ?? assert.fail(name);
      return [
        step("Measure"),
        `. "$GITHUB_ENV"; export CODE\n${step("Open, update or close the issue")}`,
        `. "$GITHUB_ENV"\n${step("Fail if something could not be measured")}`,
      ];
    },
    skipped: 1,
    root: "/repos/team/config/issues",
    token: "Bearer hidden",
    update: "PATCH",
    notes: "comments",
    show: ({ id, title, body }) => ({ number: id, title, body }),
    change: ({ body, state }) => ({ body, close: state === "closed" }),
    env: (server) => ({
      GH_TOKEN: "hidden",
      GITHUB_API_URL: server,
      GITHUB_REPOSITORY: "team/config",
      GITHUB_RUN_ID: "7",
      GITHUB_SERVER_URL: "https://forge.example.com",
    }),
  },
  GitLab: {
    scripts: async () => {
      const { drift } = await recipe("gitlab-ci-drift.yaml");
      return (drift as { readonly script: readonly string[] }).script;
    },
    skipped: 0,
    root: "/projects/9/issues",
    token: "hidden",
    update: "PUT",
    notes: "notes",
    show: ({ id, title, body }) => ({ iid: id, title, description: body }),
    change: ({ description, state_event }) => ({ body: description, close: state_event === "close" }),
    env: (server) => ({
      CI_API_V4_URL: server,
      CI_PROJECT_ID: "9",
      CI_JOB_URL: "https://forge.example.com/jobs/7",
      DRIFTLESS_COMMENT_TOKEN: "hidden",
    }),
  },
};

async function recipe(name: string): Promise<Fields> {
  return parse(await readFile(join(recipes, name), "utf8")) as Fields;
}

for (const [name, forge] of Object.entries(forges)) {
  describe(`The drift recipe for ${name}`, function () {
    this.timeout(60_000);
    let folder: string;
    let server: Server;
    let issues: Issue[];
    let refuse: boolean;

    beforeEach(async () => {
      [issues, refuse] = [[], false];
      folder = await mkdtemp(join(tmpdir(), "driftless-issue-"));
      server = createServer((request, response) => {
        void text(request).then((body) => {
          const answer = refuse ? undefined : serve(request.method ?? "", request.url ?? "", body);
          const token = request.headers.authorization ?? request.headers["private-token"];
          response.statusCode = answer === undefined || token !== forge.token ? 403 : 200;
          response.end(JSON.stringify(answer ?? {}));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    afterEach(async () => {
      server.close();
      await rm(folder, { recursive: true });
    });

    function serve(method: string, url: string, body: string): object | undefined {
      const { pathname, searchParams } = new URL(url, "http://forge");
      if (!pathname.startsWith(forge.root)) return undefined;
      const [id, sub] = pathname.slice(forge.root.length + 1).split("/");
      if (method === "GET") {
        const label = searchParams.get("labels");
        return issues.filter((issue) => issue.open && issue.label === label).map(forge.show);
      }
      const fields = JSON.parse(body) as Fields;
      const change = forge.change(fields);
      const issue = issues.find((each) => String(each.id) === id);
      if (method === "POST" && id === "") {
        const made = {
          ...{ id: issues.length + 1, title: String(fields["title"]), body: String(change.body) },
          ...{ label: [fields["labels"]].flat().join(), open: true, notes: [] },
        };
        issues.push(made);
        return forge.show(made);
      }
      if (issue === undefined) return undefined;
      if (method === "POST" && sub === forge.notes) issue.notes.push(String(fields["body"]));
      else if (method === forge.update && sub === undefined) {
        if (change.close) issue.open = false;
        else Object.assign(issue, { title: fields["title"], body: change.body });
      } else return undefined;
      return forge.show(issue);
    }

    /** Runs the recipe's scripts with a measurement that ends like this; the exit codes of each. */
    async function run(exitCode: number, comment: string, install = 0): Promise<readonly number[]> {
      const bin = join(folder, "bin");
      await mkdir(bin, { recursive: true });
      await writeFile(
        join(bin, "npm"),
        `#!/bin/sh\ncase "$1 $*" in ci*) exit ${install} ;; *--markdown) cat comment; exit ${exitCode} ;; esac\n`,
      );
      await chmod(join(bin, "npm"), 0o755);
      await writeFile(join(folder, "comment"), comment);
      await writeFile(join(folder, "env"), "");
      const env = {
        PATH: [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
        GITHUB_ENV: join(folder, "env"),
        GITHUB_STEP_SUMMARY: join(folder, "summary"),
        ...forge.env(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      };
      const codes: number[] = [];
      for (const script of (await forge.scripts()).slice(install === 0 ? 0 : forge.skipped)) {
        const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", script];
        const { exitCode: code } = await execa("bash", args, { env, extendEnv: false, cwd: folder, reject: false });
        codes.push(code ?? -1);
      }
      return codes;
    }

    it("opens one issue for drift, keeps it up to date, and closes it when the drift is over", async () => {
      assert.deepEqual(await run(2, `${marker}\n### Drift of dev: one`), [0, 0, 0]);
      assert.deepEqual(await run(2, `${marker}\n### Drift of dev: two`), [0, 0, 0]);
      const [issue] = issues;
      assert.deepEqual([issues.length, issue?.open, issue?.title, issue?.label], [1, true, "Drift", "driftless-drift"]);
      assert.match(
        issue?.body ?? "",
        /^<!-- driftless: drift -->\n### Drift of dev: two\n\n\[Measured by this .*forge\.example\.com/,
      );
      assert.deepEqual(await run(0, `${marker}\n### no drift`), [0, 0, 0]);
      assert.deepEqual([issue?.open, issue?.notes.length], [false, 1]);
      assert.deepEqual(await run(0, `${marker}\n### no drift`), [0, 0, 0]);
      assert.deepEqual([issues.length, issue?.notes.length], [1, 1], "nothing is said twice");
      await run(2, `${marker}\n### again`);
      assert.deepEqual(
        issues.map(({ open }) => open),
        [false, true],
        "drift that comes back is another issue",
      );
    });

    it("closes nothing where something could not be measured, says so, and fails", async () => {
      await run(2, `${marker}\n### Drift`);
      assert.deepEqual(await run(1, `${marker}\n### a cluster does not answer`), [0, 0, 1]);
      assert.deepEqual(
        issues.map(({ open, title }) => [open, title]),
        [[true, "Drift: not everything could be measured"]],
      );
      assert.match(
        issues[0]?.body ?? "",
        /^<!-- driftless: drift -->\n\*\*Not everything could be measured\*\* \(exit code 1\).*\n\n### a cluster/,
      );
    });

    it("opens an issue also where nothing was printed, and leaves issues of others alone", async () => {
      const other = { id: 1, title: "Mine", body: "text", label: "driftless-drift", open: true, notes: [] };
      issues.push(other);
      assert.deepEqual(await run(4, ""), [0, 0, 1]);
      assert.deepEqual(
        issues.map(({ title }) => title),
        ["Mine", "Drift: not everything could be measured"],
      );
      await run(0, marker);
      assert.deepEqual(
        issues.map(({ open }) => open),
        [true, false],
      );
    });

    it("says so, and closes nothing, where it did not come to a measurement", async () => {
      await run(2, `${marker}\n### Drift`);
      await rm(join(folder, "drift.md"));
      assert.equal((await run(0, "", 1)).at(-1), 1);
      assert.deepEqual([issues.length, issues[0]?.open], [1, true]);
      assert.match(issues[0]?.body ?? "", /could be measured\*\* \(it did not come to that\)/);
    });

    it("fails where the forge refuses", async () => {
      refuse = true;
      assert.equal((await run(2, `${marker}\n### Drift`))[1], 1);
    });
  });
}
