import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { DeliveryEnvironment } from "../support/delivery-environment.ts";
import { configMap } from "../support/sample.ts";

const always = '{ cron: "* * * * *", duration: 24h }';
/** The first day of the month in half a year. */
const later = `0 0 1 ${((new Date().getUTCMonth() + 6) % 12) + 1} *`;
const freeze = z.object({
  freeze: z.array(
    z.object({ owner: z.string(), open: z.boolean(), reason: z.string().optional(), until: z.string().nullable() }),
  ),
});

describe("a freeze of one application", function () {
  this.timeout(240_000);
  let dev: DeliveryEnvironment;

  before(async () => {
    dev = await DeliveryEnvironment.start("freeze");
    await pin("1", "1", "");
    await dev.must("up", "dev", "--yes");
  });
  after(() => dev.remove());

  /** Applications `web` and `till`, one ConfigMap each, and the windows of `till`. */
  async function pin(web: string, till: string, windows: string, rest = ""): Promise<void> {
    await dev.commit({ "web/web.yaml": configMap("web", web), "till/till.yaml": configMap("till", till) });
    await dev.write(`applications:
  web: { tenant: shop, path: web }
  till: { tenant: shop, path: till, safety: { freeze: [${windows}] } }
${rest}`);
  }
  const value = (name: string): Promise<string> => dev.kubectl("get", "configmap", name, "-o", "jsonpath={.data.key}");

  it("does not stop an update that leaves it as it is", async () => {
    await pin("2", "1", always);
    await dev.must("up", "dev", "--yes");
    assert.equal(await value("web"), "2");
  });

  it("stops an update that changes it, as a whole, and no preview", async () => {
    await pin("3", "3", always);
    const preview = await dev.must("preview", "dev");
    assert.match(preview.stdout, /^ {2}~ ConfigMap shop\/till {2}/m);
    assert.deepEqual(await dev.codes("up", "dev", "--yes"), ["POLICY_VIOLATION"], "one application is frozen");
    const { exitCode, stderr } = await dev.run(["up", "dev", "--yes"]);
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /^POLICY_VIOLATION freeze-windows: application "till" would change, and \S+Z is inside a window of applications\.till\.safety\.freeze that denies /m,
    );
    assert.doesNotMatch(stderr, /application "web"/);
    assert.deepEqual([await value("web"), await value("till")], ["2", "1"], "nothing was applied");
  });

  it("is told by the status, with its end as far as there is one", async () => {
    const { stdout } = await dev.must("status", "dev");
    assert.match(stdout, /^till: frozen, by applications\.till\.safety\.freeze \(.+ for .+, UTC\)$/m);
    assert.deepEqual(freeze.parse(await dev.json("status", "dev")).freeze, [
      { owner: "application/till", open: false, reason: "deny", until: null },
    ]);
    await pin("3", "3", `{ cron: "${later}", duration: 24h, action: allow }`);
    const closed = await dev.must("status", "dev");
    assert.match(
      closed.stdout,
      /^till: frozen until 20\d\d-\d\d-01 00:00:00 UTC, by applications\.till\.safety\.freeze$/m,
    );
    await pin("3", "3", `{ cron: "${later}", duration: 1h }`);
    const open = await dev.must("status", "dev");
    assert.match(open.stdout, /^till: may change until 20\d\d-\d\d-01 00:00:00 UTC$/m);
  });

  it("gives way to an exception that names it", async () => {
    const exception = `{ rule: freeze-windows, object: application/till, reason: Test, owner: test, expires: 2099-01-01 }`;
    await pin("4", "4", always, `policy: { exceptions: [${exception}] }`);
    await dev.must("up", "dev", "--yes");
    assert.deepEqual([await value("web"), await value("till")], ["4", "4"]);
  });
});
