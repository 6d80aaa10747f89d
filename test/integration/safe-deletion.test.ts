import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { DeliveryEnvironment, rows } from "../support/delivery-environment.ts";
import { configMap } from "../support/sample.ts";
import { pulumi } from "../support/shell-pulumi.ts";

const claim = (name: string, annotation = ""): string => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name}, annotations: { ${annotation} } }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
const asking = (name: string): string => `apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, annotations: { argocd.argoproj.io/sync-options: Prune=confirm } }
`;
const maps = (count: number): string => Array.from({ length: count }, (_, at) => configMap(`c${at}`)).join("---\n");
const web = "applications: { web: { tenant: shop, path: web } }";

/** One environment goes through all of it, test by test. */
describe("Deletions on a real cluster", function () {
  this.timeout(600_000);
  let dev: DeliveryEnvironment;

  before(async () => {
    dev = await DeliveryEnvironment.start("deletion");
    await dev.commit({
      "web/maps.yaml": maps(10),
      "web/data.yaml": [claim("data"), claim("more"), asking("asks")].join("---\n"),
      "web/kept.yaml": claim("kept", "helm.sh/resource-policy: keep"),
      "old/old.yaml": configMap("old"),
    });
    await dev.write("applications: { web: { tenant: shop, path: web }, old: { tenant: shop, path: old } }");
    await dev.must("up", "dev", "--yes");
  });
  after(() => dev.remove());

  it("are refused above the limit, by preview and update alike, with the number that would allow them", async () => {
    await dev.commit({ "web/maps.yaml": maps(4) });
    await dev.write(web.replace("} }", "}, old: { tenant: shop, path: old } }"));
    const preview = await dev.run(["preview", "dev"]);
    assert.equal(preview.exitCode, 1);
    assert.match(preview.stdout, /- ConfigMap shop\/c9/);
    assert.match(preview.stderr, /DELETIONS_EXCEEDED 6 objects of .*: ConfigMap shop\/c4 on eu/);
    assert.match(preview.stderr, /fix: .*--allow-deletions 6\n/);
    assert.deepEqual(await dev.codes("up", "dev", "--yes"), ["DELETIONS_EXCEEDED"]);
    assert.ok(await dev.exists("configmap/c9"));
  });

  it("are allowed by exactly their number and by no other, on the command line or by somebody who is asked", async () => {
    for (const number of ["5", "7"]) {
      assert.deepEqual(await dev.codes("up", "dev", "--yes", "--allow-deletions", number), ["DELETIONS_EXCEEDED"]);
    }
    const questions: string[] = [];
    const answers = (...given: string[]) => ({
      io: { ask: (question: string) => (questions.push(question), Promise.resolve(given.shift() ?? "")) },
    });
    assert.equal((await dev.run(["up", "dev"], answers("yes"))).exitCode, 130);
    assert.match(questions[0] ?? "", /6 objects of .* Type 6: $/);
    assert.ok(await dev.exists("configmap/c9"));
    await dev.must("up", "dev", "--yes", "--allow-deletions", "6");
    assert.ok(!(await dev.exists("configmap/c9")));
    // What is done already is no deletion any more.
    await dev.must("up", "dev", "--yes", "--allow-deletions", "6");
  });

  it("of an application need its name, and of all applications are refused whatever is allowed", async () => {
    await dev.write(web);
    assert.deepEqual(await dev.codes("up", "dev", "--yes"), ["EMPTY_APPLICATION"]);
    assert.ok(await dev.exists("configmap/old"));
    await dev.must("up", "dev", "--yes", "--confirm", "application/old");
    assert.ok(!(await dev.exists("configmap/old")));
    await dev.write("applications: {}");
    const all = await dev.codes("preview", "dev", "--allow-deletions", "8", "--confirm", "application/web");
    assert.ok(all.includes("EMPTY_ENVIRONMENT"));
  });

  it("of what holds data or asks for it wait for a confirmation, and what is not to be pruned stays", async () => {
    await dev.commit({ "web/data.yaml": claim("more"), "web/kept.yaml": null });
    await dev.write(web);
    const refused = await dev.json("up", "dev", "--yes");
    assert.deepEqual(refused.findings?.map(({ code, message }) => `${code} ${message}`).sort(), [
      "DELETION_UNCONFIRMED ConfigMap shop/asks on eu would be deleted.",
      "DELETION_UNCONFIRMED PersistentVolumeClaim shop/data on eu would be deleted and its data lost.",
    ]);
    assert.deepEqual(rows(refused), ["delete asks", "delete data", "release kept"]);
    const confirmed = ["--confirm", "PersistentVolumeClaim", "--confirm", "ConfigMap/shop/asks"];
    const { stdout } = await dev.must("up", "dev", "--yes", ...confirmed);
    assert.match(stdout, /2 deleted, 1 released/);
    assert.deepEqual([await dev.exists("pvc/data"), await dev.exists("pvc/kept")], [false, true]);
    assert.doesNotMatch(await dev.kubectl("get", "pvc/kept", "-o", "yaml"), /driftless\.dev/);
  });

  it("are refused by the program itself, whoever runs it", async () => {
    await dev.commit({ "web/data.yaml": null });
    await dev.write(web);
    const shell = (await dev.must("doctor", "--shell")).stdout;
    const refused = await pulumi(dev, shell, ["up", "--yes", "--skip-preview"]);
    assert.match(refused, /DELETION_UNCONFIRMED PersistentVolumeClaim shop\/more on eu would be deleted/);
    assert.ok(await dev.exists("pvc/more"));
    await pulumi(dev, shell, ["up", "--yes", "--skip-preview"], { DRIFTLESS_CONFIRM: "PersistentVolumeClaim" });
    assert.ok(!(await dev.exists("pvc/more")));
  });

  it("do not happen with --orphan: the objects stay and belong to nobody", async () => {
    await dev.commit({ "web/maps.yaml": maps(3) });
    await dev.write(web);
    assert.match((await dev.must("up", "dev", "--yes", "--orphan")).stdout, /1 released/);
    const left = await dev.kubectl("get", "configmap/c3", "-o", "jsonpath={.metadata.labels}{.metadata.annotations}");
    assert.doesNotMatch(left, /driftless/);
    assert.deepEqual(rows(await dev.json("preview", "dev")), []);
  });

  it("of everything ask about what Git holds, and leave all of it with --orphan", async () => {
    await dev.commit({ "web/data.yaml": claim("data") });
    await dev.write(web);
    await dev.must("up", "dev", "--yes");
    assert.deepEqual(await dev.codes("destroy", "dev", "--yes"), ["DELETION_UNCONFIRMED"]);
    assert.match((await dev.must("destroy", "dev", "--yes", "--orphan")).stdout, /dev: \d+ released in/);
    assert.deepEqual([await dev.exists("pvc/data"), await dev.exists("configmap/c0")], [true, true]);
  });

  it("take up again what was left, and of a Namespace need its name where something in it is to stay", async () => {
    await dev.commit({ "web/data.yaml": claim("data", '"driftless.dev/prune": disabled') });
    await dev.write(web);
    assert.ok(rows(await dev.json("preview", "dev")).includes("adopt data"));
    await dev.must("up", "dev", "--yes");
    const kept = await dev.json("destroy", "dev", "--yes");
    assert.match(
      kept.findings?.[0]?.message ?? "",
      /Namespace shop on eu .* what is to be kept: PersistentVolumeClaim/,
    );
    await dev.must("destroy", "dev", "--yes", "--confirm", "Namespace/shop");
    assert.equal(await dev.cluster.kubectl("get", "namespace", "shop", "--ignore-not-found"), "");
  });
});
