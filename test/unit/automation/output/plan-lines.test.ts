import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { paint } from "../../../../automation/output/line.ts";
import { planLines } from "../../../../automation/output/plan-lines.ts";
import type { JsonObject } from "../../../../core/manifest/manifest.ts";
import { application, configMap, environment, manifest, object, plan, tenant } from "../../core/plan/fixture.ts";

const job = (name: string, annotations: JsonObject) =>
  manifest(object("batch/v1", "Job", name, { metadata: { annotations } }), { path: "jobs.yaml", line: 4 });

/** The lines behind the table. */
function blocks(...args: Parameters<typeof plan>): string[] {
  const lines = paint(planLines(plan(...args).plan), { colours: false }).split("\n");
  return lines.slice(lines.indexOf("", 2) + 1);
}

describe("the text of a plan", () => {
  it("lists the objects of a single wave without more ado", () => {
    const lines = blocks({ web: [manifest(configMap("b")), manifest(configMap("a"))] });
    assert.deepEqual(lines.slice(lines.indexOf("web")), [
      "web",
      "  ConfigMap shop/a on eu  web.yaml:1",
      "  ConfigMap shop/b on eu  web.yaml:1",
      "",
    ]);
  });

  it("shows hooks and waves in the order of a delivery, and what an application waits for", () => {
    const spec = environment({
      applications: { web: application({ dependsOn: ["db", "cache"] }), db: application(), cache: application() },
    });
    const lines = blocks(
      {
        db: [manifest(configMap("db"))],
        cache: [manifest(configMap("cache"))],
        web: [
          manifest(configMap("a")),
          manifest(object("v1", "ConfigMap", "z", { metadata: { annotations: { "driftless.dev/wave": "-1" } } })),
          job("rescue", { "driftless.dev/hook": "on-failure" }),
          job("check", { "driftless.dev/hook": "post-deploy,pre-deploy", "driftless.dev/wave": "3" }),
        ],
      },
      { spec },
    );
    assert.deepEqual(lines.slice(lines.indexOf("web  waits for cache, db")), [
      "web  waits for cache, db",
      "  pre-deploy hooks, wave 3",
      "    Job.batch shop/check on eu   jobs.yaml:4",
      "  wave -1",
      "    ConfigMap shop/z on eu       web.yaml:1",
      "  wave 0",
      "    ConfigMap shop/a on eu       web.yaml:1",
      "  post-deploy hooks, wave 3",
      "    Job.batch shop/check on eu   jobs.yaml:4",
      "  on-failure hooks",
      "    Job.batch shop/rescue on eu  jobs.yaml:4",
      "",
    ]);
  });

  it("says in which order the clusters of an application come, and how long each step has to hold", () => {
    const names = ["canary", "eu", "us", "asia"];
    const rollout = [
      { clusters: "canary", pause: "10m" },
      { clusters: { match: { tier: "live" } }, maxUnavailable: 2 },
    ];
    const spec = environment({
      clusters: Object.fromEntries(
        names.map((name) => [name, { local: { name }, labels: { tier: name === "canary" ? "canary" : "live" } }]),
      ),
      tenants: { shop: tenant({ clusters: names }) },
      applications: { web: application({ clusters: names, rollout }) },
    });
    const lines = blocks({ web: [manifest(configMap("a"))] }, { spec });
    assert.equal(
      lines.find((line) => line.startsWith("web")),
      "web  cluster by cluster: canary (healthy for 10m), then asia and eu, then us",
    );
  });

  it("says what an add-on is, and who waits for it", () => {
    const spec = environment({
      applications: { web: application({ dependsOn: ["db"] }), db: application(), dns: application() },
      addons: ["dns"],
    });
    const manifests = (name: string) => [manifest(configMap(name))];
    const lines = blocks({ web: manifests("web"), db: manifests("db"), dns: manifests("dns") }, { spec });
    const titles = lines.filter((line) => /^(web|db|dns)\b/.test(line));
    assert.deepEqual(titles, [
      "dns  add-on",
      "db  waits for the add-ons dns",
      "web  waits for db; waits for the add-ons dns",
    ]);
  });
});
