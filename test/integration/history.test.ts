import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { DeliveryEnvironment } from "../support/delivery-environment.ts";
import { playing } from "../support/delivery.ts";
import { configMap } from "../support/sample.ts";

const record = z.looseObject({
  number: z.number().optional(),
  kind: z.string(),
  outcome: z.string(),
  healthy: z.boolean(),
  by: z.object({ name: z.string() }),
  from: z.string().optional(),
  to: z.string().optional(),
  digest: z.string().optional(),
  changes: z.object({ counts: z.record(z.string(), z.number()) }),
  images: z.record(z.string(), z.array(z.string())).optional(),
  failures: z.array(z.object({ code: z.string(), message: z.string() })),
});
const list = z.object({ updates: z.array(record) });
const shown = z.object({
  exact: z.boolean().nullable(),
  update: record,
  changes: z.array(z.looseObject({ name: z.string(), fields: z.array(z.looseObject({ path: z.string() })) })),
});

describe("The history of an environment", function () {
  this.timeout(300_000);
  let dev: DeliveryEnvironment;
  const revisions: string[] = [];

  before(async () => {
    dev = await DeliveryEnvironment.start("history");
    await pin("1");
    assert.equal((await dev.must("history", "dev")).stdout, "dev was never updated\n");
    await dev.must("up", "dev", "--yes");
    await pin("2", "unready");
    assert.notEqual((await dev.run(["up", "dev", "--yes"])).exitCode, 0);
    await pin("3");
    await dev.must("up", "dev", "--yes");
    await dev.kubectl("delete", "configmap", "web");
    await dev.must("up", "dev", "--heal", "--yes");
  });
  after(() => dev.remove());

  async function pin(value: string, play = "late"): Promise<void> {
    await dev.commit({
      "web/web.yaml": `${configMap("web", value)}---\n${secret(value)}`,
      "till/till.yaml": playing("till", play),
    });
    await dev.write(`applications:
  web: { tenant: shop, path: web }
  till: { tenant: shop, path: till, health: { timeout: 8s } }
policy: { config: { all: advisory } }
`);
    revisions.push((await dev.must("plan", "dev", "--json")).stdout.match(/"revision": "([0-9a-f]{40})"/)?.[1] ?? "");
  }
  const secret = (value: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: token }\nstringData: { token: hidden-${value} }\n`;
  const read = async (...args: readonly string[]) => list.parse(await dev.json("history", "dev", ...args)).updates;

  it("has every update with its commits, whatever it was for and however it ended", async () => {
    const [first = "", second = "", third = ""] = revisions;
    const rows = (await read()).map(({ number, kind, outcome, healthy, from, to }) => {
      return [number, kind, outcome, healthy, from, to];
    });
    assert.deepEqual(rows, [
      [4, "heal", "succeeded", true, third, third],
      [3, "up", "succeeded", true, second, third],
      [2, "up", "failed", false, first, second],
      [1, "up", "succeeded", true, undefined, first],
    ]);
  });

  it("says why one failed, although only a later run could write that down", async () => {
    const [, , failed] = await read();
    assert.deepEqual(
      failed?.failures.map(({ code }) => code),
      ["HEALTH_TIMEOUT"],
    );
    const { stdout } = await dev.must("history", "dev");
    assert.match(stdout, /^2 {2}.* failed .*\n +HEALTH_TIMEOUT application till: /m);
  });

  it("says what was changed, what ran then, and who did it", async () => {
    const [heal, third] = await read();
    assert.deepEqual(heal?.changes.counts, { create: 1 });
    assert.deepEqual(third?.images, { till: ["registry.example.com/web:1.0.0"] });
    assert.notEqual(third?.by.name, "");
    assert.deepEqual(
      (await read("--app", "till")).map(({ number }) => number),
      [3, 2, 1],
    );
    assert.equal((await read("--limit", "1")).length, 1);
  });

  it("shows the fields of one update as Git still has them, but no value of a Secret", async () => {
    const { exact, changes, update } = shown.parse(await dev.json("show", "dev", "3"));
    assert.deepEqual([exact, update.number], [true, 3]);
    const web = changes.find(({ name }) => name === "web");
    assert.deepEqual(web?.fields, [{ path: "data.key", kind: "change", before: "2", after: "3" }]);
    const { stdout } = await dev.must("show", "dev", "3");
    assert.match(stdout, /^ {2}~ ConfigMap shop\/web {2}data\.key: 2 → 3$/m);
    assert.doesNotMatch(stdout + (await dev.must("show", "dev", "3", "--json")).stdout, /hidden-/);
  });

  it("is audited with the commits that each update brought in", async () => {
    const audited = z.object({
      environments: z.array(
        z.looseObject({
          updates: z.array(
            z.looseObject({
              number: z.number().optional(),
              commits: z.array(z.looseObject({ revision: z.string(), author: z.string() })).optional(),
            }),
          ),
          figures: z.looseObject({ deployments: z.number(), changeFailureRate: z.number() }),
        }),
      ),
    });
    const { stdout } = await dev.must("audit", "dev", "--format", "json");
    const [{ updates, figures } = { updates: [], figures: undefined }] = audited.parse(JSON.parse(stdout)).environments;
    assert.deepEqual(
      updates.find(({ number }) => number === 3)?.commits?.map(({ revision, author }) => [revision, author]),
      [[revisions[2], "Test <test@example.com>"]],
    );
    assert.deepEqual([figures?.deployments, Math.round((figures?.changeFailureRate ?? 0) * 100)], [3, 33]);
    const csv = (await dev.must("audit", "--all", "--format", "csv")).stdout.split("\r\n");
    const [drift, ...others] = csv.filter((row) => row.includes(",drift,"));
    assert.deepEqual([csv.length, others.length], [7, 0]);
    assert.match(drift ?? "", /^dev,,[^,]+,[^,]*,drift,(ended|open),,.*eu\/shop\//);
    assert.match((await dev.must("audit", "dev")).stdout, /^## dev$/m);
    assert.deepEqual(await dev.codes("audit", "dev", "--from", "yesterday"), ["USAGE"]);
    assert.deepEqual(await dev.codes("audit", "dev", "--all"), ["USAGE"]);
  });

  it("knows no update of another number", async () => {
    assert.deepEqual(await dev.codes("show", "dev", "5"), ["UPDATE_NOT_FOUND"]);
    assert.deepEqual(await dev.codes("show", "dev", "last"), ["USAGE"]);
  });

  it("outlives the destruction of everything", async () => {
    await dev.must("destroy", "dev", "--yes");
    const [destroyed, ...rest] = await read();
    assert.deepEqual([destroyed?.kind, destroyed?.outcome, destroyed?.healthy], ["destroy", "succeeded", false]);
    assert.equal(rest.length, 4);
  });
});
