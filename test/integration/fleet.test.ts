import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "mocha";
import type { Finding } from "../../core/errors/finding.ts";
import { playing } from "../support/delivery.ts";
import { Fleet } from "../support/fleet.ts";
import { configMap } from "../support/sample.ts";

const labels = {
  canary: { tier: "canary", region: "eu" },
  eu: { tier: "live", region: "eu" },
  us: { tier: "live", region: "us" },
};

/** `web` goes through the steps of the environment, `plain` goes everywhere at once, `report` waits for `web`. */
const document = `tenants: { shop: { namespaces: [shop], podSecurity: baseline } }
rollout:
  - clusters: canary
  - { clusters: { match: { tier: live } }, maxUnavailable: 1 }
applications:
  web:
    tenant: shop
    path: web
    health: { timeout: 60s }
    parameters: { greeting: hello, spread: 1 }
    overrides:
      - { clusters: { match: { region: us } }, parameters: { greeting: howdy } }
      - { clusters: canary, images: { registry.example.com/web: { tag: 9.9.9 } }, health: { timeout: 40s } }
  plain: { tenant: shop, path: plain, rollout: [], safety: { maxDeletions: 100% } }
  europe: { tenant: shop, path: europe, clusters: { match: { region: eu } }, rollout: [] }
  report: { tenant: shop, path: report, clusters: [us], dependsOn: [web], rollout: [] }`;

const settings = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: greeting }\ndata: { text: "\${greeting}", spread: "\${spread}" }\n`;
const web = (play: string, version: string): string => playing("web", play, `registry.example.com/web:${version}`);
/** An object that every commit changes, so that it tells how far a cluster has come. */
const mark = (value: string) => ({
  "plain/mark.yaml": configMap("plain", value),
  "europe/mark.yaml": configMap("europe", value),
  "report/mark.yaml": configMap("report", value),
  "web/mark.yaml": configMap("mark", value),
});

interface Printed {
  readonly findings?: readonly Finding[];
  readonly leftOut?: readonly { readonly cluster: string; readonly code: string }[];
  readonly changes: readonly { readonly action: string; readonly cluster: string; readonly name: string }[];
  readonly applications: readonly {
    readonly name: string;
    readonly state: string;
    readonly unreachable?: readonly string[];
  }[];
}

describe("an environment of several clusters", function () {
  this.timeout(600_000);
  let fleet: Fleet;

  before(async () => {
    fleet = await Fleet.start("canary", "eu", "us");
    await fleet.pin(
      {
        "web/web.yaml": web("late", "1.0.0"),
        "web/settings.yaml": settings,
        "plain/extra.yaml": configMap("extra"),
        ...mark("1"),
      },
      labels,
      document,
    );
  });
  after(() => fleet.remove());

  const everywhere = (object: string, path: string): Promise<readonly string[]> =>
    Promise.all(["canary", "eu", "us"].map((cluster) => fleet.field(cluster, object, path)));
  const marks = (name: string): Promise<readonly string[]> => everywhere(`cm/${name}`, ".data.key");
  const codes = ({ findings = [] }: Printed): readonly string[] =>
    [...new Set(findings.map(({ code }) => code))].sort();
  const states = ({ applications }: Printed): unknown =>
    Object.fromEntries(applications.map(({ name, state }) => [name, state]));
  const changed = ({ changes }: Printed): readonly string[] =>
    changes.map(({ action, cluster, name }) => `${action} ${cluster} ${name}`).sort();

  it("comes up cluster by cluster, each when the ones before are healthy", async () => {
    await fleet.run(["up", "dev", "--yes"]);
    const created = await everywhere("deploy/web", ".metadata.creationTimestamp");
    const available = await everywhere("deploy/web", ".status.conditions[?(@.type=='Available')].lastTransitionTime");
    // Pods take three seconds to get ready.
    assert.ok(
      (available[0] ?? "") <= (created[1] ?? "") && (created[0] ?? "") < (created[1] ?? ""),
      String([created, available]),
    );
    assert.ok(
      (available[1] ?? "") <= (created[2] ?? "") && (created[1] ?? "") < (created[2] ?? ""),
      String([created, available]),
    );
    const [report] = await Promise.all([fleet.field("us", "cm/report", ".metadata.creationTimestamp")]);
    assert.ok((available[2] ?? "") <= report, String([available, report]));
    const plain = await everywhere("cm/plain", ".metadata.creationTimestamp");
    assert.ok(
      plain.every((time) => time <= (created[1] ?? "")),
      String([plain, created]),
    );
  });

  it("has on each cluster what was chosen and overridden for it", async () => {
    assert.deepEqual(await marks("europe"), ["1", "1", ""]);
    assert.deepEqual(await everywhere("cm/greeting", ".data.text"), ["hello", "hello", "howdy"]);
    assert.deepEqual(await everywhere("deploy/web", ".spec.template.spec.containers[0].image"), [
      "registry.example.com/web:9.9.9",
      "registry.example.com/web:1.0.0",
      "registry.example.com/web:1.0.0",
    ]);
    assert.deepEqual(changed(await fleet.json(["preview", "dev"])), []);
  });

  it("stops at the cluster of a step that does not get healthy, and goes on with what is not updated in steps", async () => {
    await fleet.pin({ "web/web.yaml": web("crash", "1.0.0"), ...mark("2") }, labels, document);
    const before = await everywhere("deploy/web", ".metadata.generation");
    const printed = await fleet.json<Printed>(["up", "dev", "--yes"], 1);
    assert.deepEqual(codes(printed), ["HEALTH_TIMEOUT"]);
    assert.match(
      printed.findings?.[0]?.message ?? "",
      /^application web: step 1 of 3 \(canary\): Deployment\.apps shop\/web on canary was not healthy within 40s: .*crashes/,
    );
    const after = await everywhere("deploy/web", ".metadata.generation");
    assert.notEqual(after[0], before[0]);
    assert.deepEqual(after.slice(1), before.slice(1));
    assert.deepEqual(
      [await marks("mark"), await marks("plain")],
      [
        ["2", "1", "1"],
        ["2", "2", "2"],
      ],
    );
    assert.equal(await fleet.field("us", "cm/report", ".data.key"), "1");
    assert.deepEqual(states(printed), { europe: "up", plain: "up", report: "waiting", web: "failed" });
  });

  it("goes on where it stopped, once that is mended", async () => {
    await fleet.pin({ "web/web.yaml": web("none", "1.0.0"), ...mark("3") }, labels, document);
    await fleet.run(["up", "dev", "--yes"]);
    assert.deepEqual(
      [await marks("mark"), await marks("plain")],
      [
        ["3", "3", "3"],
        ["3", "3", "3"],
      ],
    );
    assert.equal(await fleet.field("us", "cm/report", ".data.key"), "3");
  });

  it("updates the others while one cannot be reached, says so first and last, and touches nothing of it", async () => {
    await fleet.stop("us");
    await fleet.pin({ "plain/extra.yaml": null, ...mark("4") }, labels, document);
    const preview = await fleet.json<Printed>(["preview", "dev"], 4);
    assert.deepEqual(
      preview.leftOut?.map(({ cluster, code }) => [cluster, code]),
      [["us", "CLUSTER_UNREACHABLE"]],
    );
    assert.deepEqual(changed(preview), [
      ...[
        "delete canary extra",
        "delete eu extra",
        "update canary europe",
        "update canary mark",
        "update canary plain",
      ],
      ...["update eu europe", "update eu mark", "update eu plain"],
    ]);
    const { stdout, stderr } = await fleet.run(["up", "dev", "--yes"], 1);
    assert.match(
      stdout.split("\n")[0] ?? "",
      /^left out us: The cluster "us" cannot be reached: .*Nothing of it is changed or deleted\.$/,
    );
    assert.match(stdout.trimEnd().split("\n").at(-1) ?? "", /: the update failed; .*2 deleted; without us$/);
    assert.match(stderr, /CLUSTER_UNREACHABLE The cluster "us" cannot be reached/);
    const reached = (name: string) =>
      Promise.all(["canary", "eu"].map((cluster) => fleet.field(cluster, `cm/${name}`, ".data.key")));
    assert.deepEqual(
      [await reached("mark"), await reached("plain"), await reached("extra")],
      [
        ["4", "4"],
        ["4", "4"],
        ["", ""],
      ],
    );
  });

  it("tells what a cluster that cannot be reached holds from what is gone", async () => {
    const status = await fleet.run(["status", "dev"], 4);
    assert.match(status.stdout + status.stderr, /The cluster "us" cannot be reached/);
    const drift = await fleet.run(["drift", "dev"], 1);
    assert.doesNotMatch(drift.stdout, /deleted/);
  });

  it("heals the others meanwhile", async () => {
    await fleet.kubectl("eu", "patch", "cm/plain", "-p", '{"data":{"key":"drifted"}}');
    await fleet.run(["up", "dev", "--heal", "--yes"], 1);
    assert.equal(await fleet.field("eu", "cm/plain", ".data.key"), "4");
  });

  it("says again that a cluster is left out where nothing else is to be done", async () => {
    const printed = await fleet.json<Printed>(["up", "dev", "--yes"], 1);
    assert.deepEqual([changed(printed), codes(printed)], [[], ["CLUSTER_UNREACHABLE", "ROLLOUT_HELD"]]);
  });

  it("completes what was left out, once that is back", async () => {
    await fleet.restart("us");
    const printed = await fleet.json<Printed>(["up", "dev", "--yes"]);
    assert.deepEqual(changed(printed), ["delete us extra", "update us mark", "update us plain", "update us report"]);
    assert.deepEqual(
      [await marks("mark"), await marks("plain"), await marks("extra")],
      [
        ["4", "4", "4"],
        ["4", "4", "4"],
        ["", "", ""],
      ],
    );
    assert.deepEqual(changed(await fleet.json(["preview", "dev", "--refresh"])), []);
  });

  it("does not come to later steps while a cluster of an earlier one cannot be reached", async () => {
    await fleet.stop("canary");
    await fleet.pin({ "web/more.yaml": configMap("more"), ...mark("5") }, labels, document);
    assert.deepEqual(changed(await fleet.json(["preview", "dev"], 4)), [
      ...["update eu europe", "update eu plain", "update us plain", "update us report"],
    ]);
    const printed = await fleet.json<Printed>(["up", "dev", "--yes"], 1);
    assert.deepEqual(codes(printed), ["CLUSTER_UNREACHABLE", "ROLLOUT_HELD"]);
    assert.deepEqual(states(printed), { europe: "waiting", plain: "waiting", report: "waiting", web: "waiting" });
    const live = (name: string) =>
      Promise.all(["eu", "us"].map((cluster) => fleet.field(cluster, `cm/${name}`, ".data.key")));
    assert.deepEqual(
      [await live("plain"), await live("mark"), await live("more")],
      [
        ["5", "5"],
        ["4", "4"],
        ["", ""],
      ],
    );
    assert.equal(await fleet.field("us", "cm/report", ".data.key"), "4");
    await fleet.restart("canary");
    await fleet.run(["up", "dev", "--yes"]);
    assert.deepEqual(
      [await marks("mark"), await marks("more")],
      [
        ["5", "5", "5"],
        ["1", "1", "1"],
      ],
    );
    assert.equal(await fleet.field("us", "cm/report", ".data.key"), "5");
  });

  it("keeps what it knows where a cluster goes away in the middle of an update", async () => {
    await fleet.pin({ "web/web.yaml": web("late", "2.0.0"), ...mark("6") }, labels, document);
    const running = fleet.json<Printed>(["up", "dev", "--yes"], 1);
    const updated = async (): Promise<void> => {
      while ((await fleet.field("canary", "cm/mark", ".data.key")) !== "6") await sleep(100);
    };
    // An update that ends before it comes to the mark fails the test by what it said.
    await Promise.race([updated(), running]);
    await fleet.stop("eu");
    const printed = await running;
    assert.match(JSON.stringify(printed.findings), /The cluster \\"eu\\" (cannot be reached|stopped answering)/);
    assert.equal(await fleet.field("us", "cm/mark", ".data.key"), "5");
    await fleet.restart("eu");
    await fleet.run(["up", "dev", "--yes"]);
    assert.deepEqual(await marks("mark"), ["6", "6", "6"]);
    assert.deepEqual(changed(await fleet.json(["preview", "dev", "--refresh"])), []);
  });

  it("is refused where no cluster can be reached", async () => {
    await Promise.all(["canary", "eu", "us"].map((cluster) => fleet.stop(cluster)));
    const printed = await fleet.json<Printed>(["preview", "dev"], 4);
    assert.deepEqual(printed.findings?.map(({ message }) => /"(\w+)"/.exec(message)?.[1]).sort(), [
      "canary",
      "eu",
      "us",
    ]);
  });
});
