import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, before, describe, it } from "mocha";
import { openPacks } from "../../automation/policy/open.ts";
import { openPolicy } from "../../automation/policy/policy.ts";
import { PackPool } from "../../automation/policy/pool.ts";
import { policy } from "../../core/environment/schema/policy.ts";
import type { PolicyResource } from "../../core/policy/resources.ts";
import type { PackLimits, RuleSettings, Verdict } from "../../automation/policy/types.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { resourceName, resourceType } from "../../core/plan/identity.ts";
import { environment } from "../unit/core/plan/fixture.ts";
import { repository } from "../support/pulumi-project.ts";

const head = `import { PolicyPack } from "@pulumi/policy";\n`;
const secret = "hunter2-very-secret";

describe("a policy pack without the engine", () => {
  let project = "";

  before(async () => {
    project = await realpath(await mkdtemp(join(tmpdir(), "driftless-")));
    await symlink(join(repository, "node_modules"), join(project, "node_modules"));
  });
  after(() => rm(project, { recursive: true, force: true }));

  it("answers with its rules' violations, each with level, severity, remedy and resource", async () => {
    const pack = await write({
      "index.ts": `${head}
        new PolicyPack("own", { enforcementLevel: "mandatory", policies: [
          { name: "team", description: "A team.", severity: "high", remediationSteps: "Say whose it is.", enforcementLevel: "advisory",
            configSchema: { properties: { label: { type: "string", default: "team" } } },
            validateResource: (args, report) => {
              const { label } = args.getConfig<{ label: string }>();
              if (!args.props.metadata?.labels?.[label]) report(\`no \${label}\`);
            } },
          { name: "few", description: "Few.", validateStack: async (args, report) => {
            await Promise.resolve();
            if (args.resources.length > 1) report("too many", args.resources[1].urn);
          } },
        ] });`,
    });
    const { violations } = await check(pack, {}, [configMap("a"), configMap("b", { team: "shop" })]);
    assert.deepEqual(violations, [
      {
        ...{ pack: "own", rule: "team", level: "advisory", severity: "high", message: "no team" },
        ...{ resource: "main/shop/ConfigMap/a", urn: configMap("a").urn, remediation: "Say whose it is." },
      },
      {
        ...{ pack: "own", rule: "few", level: "mandatory", message: "too many" },
        ...{ resource: "main/shop/ConfigMap/b", urn: configMap("b").urn },
      },
    ]);
    const settings = {
      all: { enforcementLevel: "mandatory" },
      few: { enforcementLevel: "disabled" },
      team: { label: "owner" },
    };
    const strict = await check(pack, settings, [configMap("a")]);
    assert.deepEqual(
      strict.violations.map(({ rule, level, message }) => [rule, level, message]),
      [["team", "mandatory", "no owner"]],
    );
  });

  it("lets a rule write to what it is shown, without another rule seeing it", async () => {
    const pack = await write({
      "index.ts": `${head}
        const policy = (name) => ({ name, description: name, validateResource: ({ props }, report) => {
          props.metadata.seen = (props.metadata.seen ?? 0) + 1;
          report(String(props.metadata.seen));
        } });
        new PolicyPack("own", { policies: [policy("one"), policy("two")] });`,
    });
    const { violations } = await check(pack, {}, [configMap("a")]);
    assert.deepEqual(
      violations.map(({ message }) => message),
      ["1", "1"],
    );
  });

  it("changes resources at the level remediate before it judges them", async () => {
    const pack = await write({
      "index.ts": `${head}
        new PolicyPack("own", { policies: [{ name: "team", description: "A team.", enforcementLevel: "remediate",
          remediateResource: ({ props }) => ({ ...props, metadata: { ...props.metadata, labels: { team: "x" } } }),
          validateResource: ({ props }, report) => { if (!props.metadata.labels) report("no team"); } }] });`,
    });
    const fixed = await check(pack, {}, [configMap("a")]);
    assert.deepEqual(fixed.violations, []);
    assert.deepEqual(
      fixed.remediations.map(({ rule, resource }) => [rule, resource]),
      [["team", "main/shop/ConfigMap/a"]],
    );
    const only = await check(pack, { team: { enforcementLevel: "mandatory" } }, [configMap("a")]);
    assert.equal(only.violations.length, 1);
  });

  it("hides what a Secret holds in what a rule writes", async () => {
    const pack = await write({
      "index.ts": `${head}
        new PolicyPack("own", { policies: [{ name: "tell", description: "Tells.", validateResource: ({ props }, report) => {
          for (const value of Object.values(props.data ?? {})) report("found " + value + " and " + atob(value as string));
        } }] });`,
    });
    const data = { password: Buffer.from(secret).toString("base64") };
    const object = { apiVersion: "v1", kind: "Secret", metadata: { name: "db", namespace: "shop" }, data };
    const { violations } = await check(pack, {}, [resource(object)]);
    assert.equal(violations.length, 1);
    assert.ok(!JSON.stringify(violations).includes(secret) && !JSON.stringify(violations).includes(data.password));
  });

  const policies = (body: string) => `${head}\nnew PolicyPack("own", { policies: [${body}] });`;
  const broken: readonly [string, Readonly<Record<string, string>>, RegExp][] = [
    ["is not there", {}, /^The policy pack "pack" does not exist\.$/],
    ["is written for another language", { "PulumiPolicy.yaml": "runtime: python\n" }, /is written for "python"/],
    ["has a syntax error", { "index.ts": `${head}const = 1;` }, /cannot be loaded: .*index.ts:2/],
    ["imports what is not there", { "index.ts": `import "left-pad-x";` }, /cannot be loaded: .*left-pad-x/],
    ["throws when it is loaded", { "index.ts": `throw new Error("no");` }, /cannot be loaded: Error: no\.$/],
    ["defines no pack", { "index.ts": "export {};" }, /defines no policy pack/],
    ["ends while it is loaded", { "index.ts": "process.exit(0);" }, /ended by itself/],
    ["does not come to an end while it is loaded", { "index.ts": "for (;;);" }, /did not start in time/],
    [
      "has a rule that throws",
      {
        "index.ts": policies(
          `{ name: "bad", description: "", validateResource: () => { throw new Error("${secret}"); } }`,
        ),
      },
      /has a rule that failed about "main\/shop\/Secret\/db": "bad": Error: \[secret\]\.$/,
    ],
    [
      "has a rule that never ends",
      { "index.ts": policies(`{ name: "slow", description: "", validateResource: () => { for (;;); } }`) },
      /did not answer in time: its rule "slow" has not come to an end/,
    ],
    [
      "has a rule that waits for ever",
      {
        "index.ts": policies(
          `{ name: "waits", description: "", validateResource: () => new Promise(() => undefined) }`,
        ),
      },
      /did not answer in time: its rule "waits"/,
    ],
    [
      "has a rule that ends the process",
      { "index.ts": policies(`{ name: "ends", description: "", validateResource: () => process.exit(0) }`) },
      /ended by itself in its rule "ends"/,
    ],
    [
      "writes without end",
      {
        "index.ts": policies(
          `{ name: "much", description: "", validateResource: (_, report) => { for (;;) report(Buffer.alloc(1e6, 120).toString()); } }`,
        ),
      },
      /ran out of memory/,
    ],
  ];
  for (const [what, files, message] of broken) {
    it(`is POLICY_UNAVAILABLE if it ${what}, without a path of the machine`, async () => {
      const pack = what === "is not there" ? join(project, "nowhere") : await write(files);
      const limits = { startMs: what.includes("loaded") && what.includes("end") ? 4_000 : 30_000, ruleMs: 1_500 };
      const object = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "db", namespace: "shop" },
        stringData: { password: secret },
      };
      const error = await failureOf(check(pack, {}, [resource(object)], { ...limits, heapMegabytes: 128 }));
      assert.equal(error.code, "POLICY_UNAVAILABLE");
      assert.match(error.findings[0].message, message);
      assert.ok(!error.message.includes(project) && !error.message.includes(repository), error.message);
      assert.ok(!error.message.includes(secret) && !error.message.includes("    at "), error.message);
    });
  }

  it("sees nothing of the environment variables, and may print what it likes", async () => {
    const pack = await write({
      "index.ts": `${head}
        console.log("hello"); console.error("world");
        new PolicyPack("own", { policies: [{ name: "env", description: "", validateStack: (_, report) => {
          console.log("{}"); report(Object.keys(process.env).join());
        } }] });`,
    });
    const { violations } = await check(pack, {}, [configMap("a")]);
    assert.deepEqual(
      violations.map(({ message }) => message),
      [""],
    );
  });

  it("has to have the version that it is pinned to", async () => {
    const folder = await write({ "index.ts": policies("") });
    const options = { project, cache: join(project, "cache") };
    const error = await failureOf(openPacks([{ title: "pack", folder, version: "2.0.0" }], options));
    assert.deepEqual(
      [error.code, /has the version 1\.0\.0.*2\.0\.0/.test(error.message)],
      ["POLICY_UNAVAILABLE", true],
    );
  });

  it("is broken, or refuses settings, at the document of each environment that it is shared by", async () => {
    const broken = await write({ "index.ts": "throw new Error('no');" });
    const strict = await write({
      "index.ts": policies(`{ name: "team", description: "", validateResource: () => {
        throw new Error("policy.config.team: it is wrong");
      } }`),
    });
    const pool = new PackPool();
    try {
      const ask = async (folder: string, name: string) => {
        const spec = environment({ name, policy: policy.parse({ packs: [basename(folder)] }) });
        const locate = (path: readonly (string | number)[]) => ({
          file: `environments/${name}.yaml`,
          field: path.join("."),
        });
        const options = { project, cache: join(project, "cache"), env: {}, start: pool.open };
        const opened = await openPolicy({ spec, locate }, options);
        const run = { owners: [], objects: 0, deletions: [], replacements: [] };
        return opened.checkRun({ ...run, operation: "up", time: "2026-01-01T00:00:00Z" });
      };
      for (const name of ["dev", "production"]) {
        for (const [folder, code, field] of [
          [broken, "POLICY_UNAVAILABLE", "policy.packs"],
          [strict, "CONFIG_INVALID", "policy.config.team"],
        ] as const) {
          const error = await failureOf(ask(folder, name));
          const { place } = error.findings[0];
          assert.deepEqual([error.code, place], [code, { file: `environments/${name}.yaml`, field }]);
        }
      }
    } finally {
      await pool.close();
    }
  });

  let packs = 0;
  async function write(files: Readonly<Record<string, string>>): Promise<string> {
    const folder = join(project, `pack-${packs++}`);
    const all = {
      "PulumiPolicy.yaml": "runtime: nodejs\nmain: index.ts\n",
      "package.json": '{ "name": "own", "version": "1.0.0", "type": "module" }\n',
      ...files,
    };
    for (const [file, content] of Object.entries(all)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), content);
    }
    return folder;
  }

  async function check(
    folder: string,
    settings: RuleSettings,
    resources: readonly PolicyResource[],
    limits: Partial<PackLimits> = {},
  ): Promise<Verdict> {
    const packs = await openPacks([{ title: "pack", folder }], { project, cache: join(project, "cache"), limits });
    try {
      return await packs.check({ resources }, [settings]);
    } finally {
      packs.close();
    }
  }
});

function resource(object: JsonObject & Parameters<typeof resourceName>[1]): PolicyResource {
  const name = resourceName("main", object);
  const type = resourceType(object);
  return { type, name, urn: `urn:pulumi:dev::driftless::${type}::${name}`, props: object };
}

function configMap(name: string, labels?: Readonly<Record<string, string>>): PolicyResource {
  const metadata = { name, namespace: "shop", ...(labels === undefined ? {} : { labels }) };
  return resource({ apiVersion: "v1", kind: "ConfigMap", metadata });
}

async function failureOf(work: Promise<unknown>): Promise<DriftlessError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof DriftlessError, String(error));
  return error;
}
