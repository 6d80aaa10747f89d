import assert from "node:assert/strict";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { openPacks } from "../../automation/policy/open.ts";
import { factsOf } from "../../core/policy/facts-of.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { rules } from "../../policies/rules/index.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless } from "../support/command-line.ts";
import { environmentText } from "../support/environment-text.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { PlainPulumi } from "../support/plain-pulumi.ts";
import { createTestProject, repository, type TestProject } from "../support/pulumi-project.ts";

const fixtures = join(repository, "test/fixtures/policy");

/** What no plan can break: tenants have network policies, and what is outside of them is refused before. */
const beyondPlans = new Set(["network-policy-required", "tenant-boundaries"]);

/** A violation as both ways tell it: rule, resource, line. */
type Told = readonly [rule: string, resource: string, message: string];

const resource = z.object({ type: z.string(), name: z.string(), props: z.record(z.string(), z.json()) });
const policyEvent = z.object({
  policyEvent: z.object({
    policyName: z.string(),
    resourceUrn: z.string().default(""),
    message: z.string(),
    enforcementLevel: z.string(),
  }),
});

const remediationEvent = z.object({
  policyRemediationEvent: z.object({
    policyName: z.string(),
    resourceUrn: z.string(),
    before: z.record(z.string(), z.json()),
    after: z.record(z.string(), z.json()),
  }),
});
const stepEvent = z.object({
  resourcePreEvent: z.object({
    metadata: z.object({ urn: z.string(), new: z.object({ inputs: z.record(z.string(), z.json()) }) }),
  }),
});

const granted = { reason: "Test", owner: "test", expires: "2099-01-01" };

describe("the policy pack in the engine and without it", function () {
  this.timeout(240_000);
  let cluster: TestCluster;
  let project: TestProject;
  let pulumi: PlainPulumi;

  before(async () => {
    cluster = await startTestCluster("agreement");
    project = await createTestProject();
    pulumi = await PlainPulumi.create(project, {
      KUBECONFIG: cluster.kubeconfig,
      // Without it the command line has no option for a log of events.
      PULUMI_DEBUG_COMMANDS: "true",
    });
    const files = ["broken.yaml", "hook.yaml", "fine.yaml"];
    const revision = await project.commit(
      Object.fromEntries(
        await Promise.all(
          files.map(async (file) => [`all/${file}`, await readFile(join(fixtures, file), "utf8")] as const),
        ),
      ),
    );
    await project.write(
      "environments/dev.yaml",
      environmentText(revision, {
        clusters: { main: { kubeconfig: {}, kubernetes: { version: "1.35" } } },
        tenants: {
          shop: {
            namespaces: ["shop"],
            podSecurity: "baseline",
            allow: { domains: ["shop.example"], roleBindings: ["group:system:unauthenticated"] },
          },
        },
        applications: { all: { tenant: "shop", path: "all" } },
        policy: {
          config: {
            all: "advisory",
            "owner-labels-required": { labels: ["team"] },
            "image-registries-allowed": { registries: ["registry.example.com"] },
            "aws-tags-required": { tags: ["team"] },
          },
          exceptions: [{ rule: "pod-security/privileged", object: "*/Job.batch/migrate", ...granted }],
        },
      }),
    );
  });
  after(async () => {
    await project.remove();
    await cluster.remove();
  });

  const run = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await driftless(project, toolGroups.render, ["policy", ...args, "--quiet"]);
    assert.equal(exitCode, 0, stderr + stdout);
    return stdout;
  };

  /** All that happens in a preview of plain Pulumi. */
  async function eventsOf(folder: string, stack: string, settings = "settings.json"): Promise<readonly unknown[]> {
    const log = join(project.folder, "events.jsonl");
    const { exitCode, output } = await pulumi.run([
      ...["preview", "-C", folder, "-s", stack, "--event-log", log],
      ...["--policy-pack", join(repository, "policies"), "--policy-pack-config", join(project.folder, settings)],
    ]);
    assert.equal(exitCode, 0, output);
    const lines = (await readFile(log, "utf8")).trim().split("\n");
    await rm(log);
    return lines.map((line): unknown => JSON.parse(line));
  }

  /** What the engine itself says in a preview of plain Pulumi, told by its events. */
  async function engineTells(folder: string, stack: string): Promise<readonly Told[]> {
    const events = await eventsOf(folder, stack);
    return distinct(
      events.flatMap((event): Told[] => {
        const { data } = policyEvent.safeParse(event);
        if (data === undefined) return [];
        const { policyName, resourceUrn, message } = data.policyEvent;
        // The engine puts the description of the rule, and marks of colour, around what the rule said.
        const said = message
          .replaceAll(/<\{%.*?%\}>/g, "")
          .split("\n")
          .slice(1)
          .join(" ")
          .trim();
        return [[policyName, resourceUrn.split("::").slice(3).join("::"), said]];
      }),
    );
  }

  const checked = z.object({
    violations: z.array(z.object({ rule: z.string(), resource: z.string(), message: z.string() })),
  });

  it("say the same of every object, hooks and exceptions included", async () => {
    const { violations } = checked.parse(JSON.parse(await run("check", "dev", "--json")));
    const ours = distinct(violations.map(({ rule, resource, message }): Told => [rule, resource, message]));
    const broken = new Set(ours.map(([rule]) => rule));
    const expected = rules.filter(({ scope, name }) => ["object", "stack"].includes(scope) && !isCloud(name));
    assert.deepEqual(
      expected.map(({ name }) => name).filter((name) => !broken.has(name) && !beyondPlans.has(name)),
      [],
      "each rule is broken at least once",
    );
    assert.ok(
      ours.some(([, , message]) => message.includes("migrate")),
      "the hook is judged",
    );
    assert.ok(
      !ours.some(([, name, message]) => name.includes("migrate") && message.startsWith("privileged:")),
      "the exception holds",
    );
    assert.ok(!ours.some(([, name]) => name.endsWith("ConfigMap/fine")), "what is fine is fine");

    await project.write("settings.json", await run("settings", "dev"));
    await pulumi.must(["stack", "init", "dev"]);
    // The provider turns stringData into data before packs see it.
    const seen = ours.map(([rule, name, message]): Told => [rule, name, message.replaceAll("stringData", "data")]);
    assert.deepEqual(await engineTells(project.folder, "dev"), distinct(seen));
  });

  it("mend the same, as far as exceptions let them, and what is applied is what was mended", async () => {
    const revision = await project.commit({
      "mend/pods.yaml": await readFile(join(fixtures, "mendable.yaml"), "utf8"),
    });
    const setLevel = (level: string): Promise<void> =>
      project.write(
        "environments/mend.yaml",
        environmentText(revision, {
          name: "mend",
          tenants: { shop: { namespaces: ["shop"], podSecurity: "restricted" } },
          applications: { mend: { tenant: "shop", path: "mend" } },
          policy: {
            config: { all: "disabled", "pod-security": level },
            exceptions: [
              { rule: "pod-security/seccomp-profile-restricted", object: "*/Deployment.apps/exempt", ...granted },
            ],
          },
        }),
      );
    const check = async () =>
      z
        .object({ digest: z.string(), remediations: z.array(z.object({ rule: z.string(), urn: z.string() })) })
        .parse(JSON.parse(await run("check", "mend", "--json")));
    await setLevel("advisory");
    const advised = await check();
    assert.deepEqual(advised.remediations, [], "only the level remediate mends");
    await setLevel("remediate");
    const { digest, remediations } = await check();
    assert.notEqual(digest, advised.digest, "the level is part of the plan");
    const names = remediations.map(({ urn }) => urn.replace(/^.*::/, "")).sort();
    assert.deepEqual(names, ["main/shop/CronJob.batch/bare", "main/shop/Deployment.apps/exempt"]);

    await project.write("mend.json", await run("settings", "mend"));
    await pulumi.must(["stack", "init", "mend"]);
    const events = await eventsOf(project.folder, "mend", "mend.json");
    const mended = events.flatMap((event) => remediationEvent.safeParse(event).data?.policyRemediationEvent ?? []);
    const key = ({ rule, urn }: { readonly rule: string; readonly urn: string }): string => `${rule} ${urn}`;
    assert.deepEqual(
      mended.map(({ policyName: rule, resourceUrn: urn }) => key({ rule, urn })).sort(),
      remediations.map(key).sort(),
    );
    const applied = new Map(
      events.flatMap((event) => {
        const step = stepEvent.safeParse(event).data?.resourcePreEvent.metadata;
        return step === undefined ? [] : [[step.urn, step.new.inputs["spec"]] as const];
      }),
    );
    const packs = await openPacks([{ title: "policies", folder: join(project.folder, "policies") }], {
      project: project.folder,
      cache: project.cache,
    });
    try {
      const before = mended.map(({ resourceUrn: urn, before: props }) => {
        const [type = "", name = ""] = urn.split("::").slice(2);
        return { type: type.replace(/^.*\$/, ""), name, urn, props };
      });
      const settings = z
        .record(z.string(), z.record(z.string(), z.json()))
        .parse(JSON.parse(await readFile(join(project.folder, "mend.json"), "utf8")));
      const { resources } = await packs.check({ resources: before }, [settings]);
      assert.deepEqual(
        resources.map(({ props }) => props),
        mended.map(({ after: props }) => props),
      );
      for (const { urn, props } of resources) assert.deepEqual(applied.get(urn), props["spec"]);
      assert.match(
        JSON.stringify(applied.get(resources.find(({ name }) => name.endsWith("bare"))?.urn ?? "")),
        /RuntimeDefault/,
      );
    } finally {
      packs.close();
    }
  });

  it("say the same of cloud resources and of what a plan cannot hold", async () => {
    const resources = z.array(resource).parse(JSON.parse(await readFile(join(fixtures, "cloud.json"), "utf8")));
    const settings = z
      .record(z.string(), z.record(z.string(), z.json()))
      .parse(JSON.parse(await run("settings", "dev")));
    const { spec } = await loadEnvironment(project.folder, "dev");
    assert.deepEqual(settings["tenant-boundaries"]?.["environment"], JSON.parse(JSON.stringify(factsOf(spec))));

    // Components need no provider, and the engine shows them to packs like any other resource.
    const folder = join(project.folder, "cloud");
    await mkdir(folder);
    await project.write(
      "cloud/Pulumi.yaml",
      "name: cloud\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\nbackend: { url: 'file://.driftless/state?create_dir=true&metadata=skip' }\n",
    );
    await project.write(
      "cloud/index.js",
      `import { ComponentResource } from "@pulumi/pulumi";
for (const { type, name, props } of ${JSON.stringify(resources)}) {
  // What a rule about the whole stack sees are outputs; those of a component are what it registers.
  new ComponentResource(type, name, props).registerOutputs(props);
}
`,
    );
    await pulumi.must(["stack", "init", "cloud", "-C", folder]);
    const told = await engineTells(folder, "cloud");

    const packs = await openPacks([{ title: "policies", folder: join(project.folder, "policies") }], {
      project: project.folder,
      cache: project.cache,
    });
    try {
      const named = resources.map((each) => ({ ...each, urn: `urn:pulumi:cloud::cloud::${each.type}::${each.name}` }));
      const { violations } = await packs.check({ resources: named }, [settings]);
      const ours = distinct(violations.map(({ rule, resource, message }): Told => [rule, resource, message]));
      const broken = new Set(ours.map(([rule]) => rule));
      const expected = rules.filter(({ name }) => isCloud(name) || beyondPlans.has(name)).map(({ name }) => name);
      assert.deepEqual(
        expected.filter((name) => !broken.has(name)),
        [],
        "each rule is broken at least once",
      );
      assert.deepEqual(told, ours);
    } finally {
      packs.close();
    }
  });

  it("is an ordinary pack to Pulumi: it has a version, and settings are checked by its schema", async () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(join(repository, "policies/package.json"), "utf8")));
    const preview = (config: string) =>
      pulumi.run(["preview", "-s", "dev", "--policy-pack", "policies", "--policy-pack-config", config]);
    await project.write("wrong.json", '{ "image-tag-required": { "forbiddenTags": "latest" } }');
    const wrong = await preview("wrong.json");
    assert.notEqual(wrong.exitCode, 0);
    assert.match(
      wrong.output,
      /validating policy config: driftless [\d.]+ +image-tag-required: forbiddenTags: Invalid type/,
    );
    const right = await preview("settings.json");
    assert.match(right.output, new RegExp(`driftless@v${version}`));
  });
});

/** Rules about cloud resources, whatever their scope. */
function isCloud(name: string): boolean {
  return /^(aws|eks|iam|imdsv2|s3|volumes)-/.test(name);
}

function distinct(told: readonly Told[]): readonly Told[] {
  return [...new Map(told.map((each) => [JSON.stringify(each), each])).values()].sort((one, other) =>
    JSON.stringify(one) < JSON.stringify(other) ? -1 : 1,
  );
}
