import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { DeliveryEnvironment, rows } from "../support/delivery-environment.ts";
import { repository } from "../support/pulumi-project.ts";
import { configMap, deployment } from "../support/sample.ts";

const web = (more = ""): string => `applications: { web: { tenant: shop, path: web ${more} } }`;

const claimed = z.looseObject({
  managedFields: z.array(z.object({ manager: z.string(), operation: z.string() })),
});

/** One environment goes through all of it, test by test. */
describe("Applying on a real cluster", function () {
  this.timeout(600_000);
  let dev: DeliveryEnvironment;

  before(async () => {
    dev = await DeliveryEnvironment.start("apply");
  });
  after(() => dev.remove());

  /** Applies an object as somebody else would, by server-side apply. */
  async function applyAs(manager: string, object: object, ...flags: string[]): Promise<void> {
    const file = join(dev.project.folder, "other.json");
    await writeFile(file, JSON.stringify(object));
    await dev.kubectl("apply", "--server-side", `--field-manager=${manager}`, ...flags, "-f", file);
  }

  const data = (name: string, values: Record<string, string>, metadata: object = {}): object => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "shop", ...metadata },
    data: values,
  });

  it("adopts what exists: the preview says so, with what changes and who has managed it", async () => {
    await dev.cluster.kubectl("create", "namespace", "shop");
    const helm = { "meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop" };
    await applyAs("helm", data("same", { key: "1", more: "kept" }, { annotations: helm }));
    await applyAs("driftless", data("other", { key: "old" }));
    await dev.commit({ "web/maps.yaml": [configMap("same"), configMap("other"), configMap("new")].join("---\n") });
    await dev.write(web());
    const preview = await dev.json("preview", "dev");
    assert.ok(rows(preview).includes("create new"));
    const adopted = (preview.changes ?? []).filter(({ action, kind }) => action === "adopt" && kind === "ConfigMap");
    assert.deepEqual(
      adopted.map(({ name, from, fields }) => [name, from, fields?.map(({ path }) => path)]),
      [
        ["other", undefined, ["data.key"]],
        ["same", "the Helm release shop/web", []],
      ],
    );
    assert.ok(rows(preview).includes("adopt shop"));
    const { stdout, stderr } = await dev.must("up", "dev", "--yes");
    assert.match(stdout, /: \d+ created, 3 adopted in /);
    for (const object of ["Namespace shop", "ConfigMap shop/same", "ConfigMap shop/other"]) {
      assert.match(stderr, new RegExp(`/\\d+ {2}adopt ${object}\n`));
    }
    assert.match(stderr, /\/\d+ {2}create ConfigMap shop\/new\n/);
    assert.equal(await dev.kubectl("get", "configmap/same", "-o", "jsonpath={.data.more}"), "kept");
    assert.equal(await dev.kubectl("get", "configmap/other", "-o", "jsonpath={.data.key}"), "1");
    assert.deepEqual(rows(await dev.json("preview", "dev")), []);
  });

  it("ends the claims of another tool and changes no field, after which changes need no force", async () => {
    const tracking = { "argocd.argoproj.io/tracking-id": "web:/ConfigMap:shop/server-side" };
    await applyAs("argocd-controller", data("server-side", { key: "1" }, { annotations: tracking }));
    const file = join(dev.project.folder, "client-side.json");
    await writeFile(file, JSON.stringify(data("client-side", { key: "1" })));
    await dev.kubectl("apply", "--field-manager=argocd-controller", "-f", file);
    const moved = (value: string): string =>
      ["same", "other", "new"].map((name) => configMap(name)).join("---\n") +
      ["server-side", "client-side"].map((name) => `---\n${configMap(name, value)}`).join("");
    await dev.commit({ "web/maps.yaml": moved("1") });
    await dev.write(web());
    await dev.must("up", "dev", "--yes");
    await dev.commit({ "web/maps.yaml": moved("2") });
    await dev.write(web());
    assert.deepEqual(await dev.codes("up", "dev", "--yes"), ["FIELD_CONFLICT", "FIELD_CONFLICT"]);

    const page = await readFile(join(repository, "docs", "guide", "coming-from.md"), "utf8");
    const [, words = ""] = /^ *driftless (takeover dev .+)$/m.exec(page) ?? [];
    const takeover = words.split(" ");
    assert.deepEqual(takeover.slice(2), ["--from", "argocd-controller"]);
    const asked = ["client-side", "server-side", "other"].map((name) => `configmap/${name}`);
    const fields = async (): Promise<readonly (readonly [object, readonly string[]])[]> => {
      const { items } = z
        .object({ items: z.array(z.looseObject({ metadata: claimed })) })
        .parse(JSON.parse(await dev.kubectl("get", ...asked, "-o", "json", "--show-managed-fields")));
      return items.map(({ metadata, ...rest }) => [
        { ...rest, metadata: { ...metadata, managedFields: undefined, resourceVersion: undefined } },
        metadata.managedFields.map(({ manager, operation }) => `${manager} ${operation}`),
      ]);
    };
    const before = await fields();
    assert.match(
      (await dev.must("takeover", "dev")).stdout,
      /^argocd-controller +2 +such as ConfigMap shop\/client-side on eu$/m,
    );
    const nobody = await dev.run(takeover);
    assert.match(nobody.stderr, /USAGE There is nobody to ask here\./);
    const { stdout: dry } = await dev.must(...takeover, "--dry-run");
    assert.match(
      dry,
      /ConfigMap shop\/client-side on eu +argocd-controller\n +ConfigMap shop\/server-side on eu +argocd-controller\n/,
    );
    assert.match(dry, /claims of argocd-controller on 2 objects of dev would end\. Nothing was changed\./);
    assert.deepEqual(await fields(), before);

    const { stdout } = await dev.must(...takeover, "--yes");
    assert.match(stdout, /claims of argocd-controller on 2 objects of dev have ended\./);
    assert.deepEqual(
      await fields(),
      before.map(([object, managers]) => [object, managers.filter((name) => !name.startsWith("argocd-controller"))]),
    );
    assert.match(
      (await dev.must(...takeover, "--yes")).stdout,
      /argocd-controller claims no field of the objects of dev\./,
    );
    assert.deepEqual(await dev.codes("takeover", "dev", "--from", "driftless", "--yes"), ["USAGE"]);

    await dev.must("up", "dev", "--yes");
    assert.equal(await dev.kubectl("get", "configmap/server-side", "-o", "jsonpath={.data.key}"), "2");
    assert.equal(await dev.kubectl("get", "configmap/client-side", "-o", "jsonpath={.data.key}"), "2");
  });

  it("names the other manager and the field of a conflict, takes it only where told to, and back what kubectl changed", async () => {
    await applyAs("other", data("other", { key: "theirs" }), "--force-conflicts");
    await dev.kubectl("patch", "configmap/new", "-p", '{"data":{"key":"by hand"}}');
    await dev.commit({ "web/maps.yaml": [configMap("same"), configMap("other", "2"), configMap("new")].join("---\n") });
    await dev.write(web());
    const failed = await dev.json("up", "dev", "--yes", "--refresh");
    assert.deepEqual(
      failed.findings?.map(({ code, message }) => [code, message]),
      [["FIELD_CONFLICT", 'ConfigMap shop/other on eu: data.key is managed by "other" too, with another value.']],
    );
    assert.equal(await dev.kubectl("get", "configmap/other", "-o", "jsonpath={.data.key}"), "theirs");
    await dev.write(web(", apply: { forceConflicts: true }"));
    await dev.must("up", "dev", "--yes", "--refresh");
    assert.equal(await dev.kubectl("get", "configmap/other", "-o", "jsonpath={.data.key}"), "2");
    assert.equal(await dev.kubectl("get", "configmap/new", "-o", "jsonpath={.data.key}"), "1");
  });

  it("leaves ignored fields to whoever sets them, and uses Git's value at the creation", async () => {
    const scaled = (replicas: number, image: string): string =>
      deployment("web", `registry.example.com/web:${image}`).replace("spec:\n", `spec:\n  replicas: ${replicas}\n`);
    const ignoring = web(", drift: { ignore: [{ kind: Deployment.apps, paths: [/spec/replicas] }] }");
    const replicas = (): Promise<string> => dev.kubectl("get", "deployment/web", "-o", "jsonpath={.spec.replicas}");
    await dev.commit({ "web/maps.yaml": configMap("same"), "web/web.yaml": scaled(2, "1.0.0") });
    await dev.write(ignoring);
    await dev.must("up", "dev", "--yes");
    assert.equal(await replicas(), "2");
    await dev.kubectl("scale", "deployment/web", "--replicas=5");
    await dev.commit({ "web/web.yaml": scaled(3, "1.0.1") });
    await dev.write(ignoring);
    await dev.must("up", "dev", "--yes");
    assert.equal(await replicas(), "5");
    assert.match(await dev.kubectl("get", "deployment/web", "-o", "yaml"), /web:1\.0\.1/);
    await dev.must("up", "dev", "--yes", "--refresh");
    assert.equal(await replicas(), "5");
  });

  it("refuses to replace what cannot be changed in place, names the field, and replaces where told to", async () => {
    const set = (policy: string, annotation = ""): string => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, annotations: { ${annotation} } }
spec:
  replicas: 0
  serviceName: ${policy}
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers:
        - { name: db, image: "registry.example.com/db:1.0.0", resources: { limits: { cpu: 100m, memory: 64Mi } } }
`;
    const frozen = (value: string, annotation = ""): string => `apiVersion: v1
kind: ConfigMap
metadata: { name: frozen, annotations: { ${annotation} } }
immutable: true
data: { key: "${value}" }
`;
    const uid = (name: string): Promise<string> => dev.kubectl("get", name, "-o", "jsonpath={.metadata.uid}");
    await dev.commit({ "web/web.yaml": null, "web/db.yaml": `${set("one")}---\n${frozen("one")}` });
    await dev.write(web());
    await dev.must("up", "dev", "--yes");
    const before = [await uid("statefulset/db"), await uid("configmap/frozen")];
    await dev.commit({ "web/db.yaml": `${set("two")}---\n${frozen("two")}` });
    await dev.write(web());
    const refused = await dev.json("up", "dev", "--yes");
    const [first] = refused.findings ?? [];
    assert.equal(first?.code, "IMMUTABLE_FIELD");
    // A preview ends at the first object that its cluster refuses.
    assert.match(
      first.message,
      /(ConfigMap shop\/frozen|StatefulSet\.apps shop\/db) on eu: \w+ cannot be changed in place/,
    );
    assert.deepEqual([await uid("statefulset/db"), await uid("configmap/frozen")], before);
    const told = '"driftless.dev/replace": "true"';
    await dev.commit({ "web/db.yaml": `${set("two", told)}---\n${frozen("two", told)}` });
    await dev.write(web());
    const preview = await dev.json("preview", "dev");
    assert.deepEqual(rows(preview), ["replace db", "replace frozen"]);
    await dev.must("up", "dev", "--yes");
    assert.notEqual(await uid("statefulset/db"), before[0]);
    assert.notEqual(await uid("configmap/frozen"), before[1]);
    assert.equal(await dev.kubectl("get", "statefulset/db", "-o", "jsonpath={.spec.serviceName}"), "two");
  });

  it("waits for what is still being deleted, and names its finalizers when it stays", async () => {
    await dev.kubectl("create", "configmap", "stuck");
    await dev.kubectl("patch", "configmap/stuck", "-p", '{"metadata":{"finalizers":["example.com/hold"]}}');
    await dev.kubectl("delete", "configmap", "stuck", "--wait=false");
    await dev.commit({ "web/stuck.yaml": configMap("stuck") });
    await dev.write(web());
    const { findings } = await dev.json("up", "dev", "--yes");
    assert.deepEqual(
      findings?.map(({ code, message }) => [code, message]),
      [
        [
          "OBJECT_TERMINATING",
          "ConfigMap shop/stuck on eu is still being deleted, and nothing can take its place before it is gone; it waits for example.com/hold.",
        ],
      ],
    );
    await dev.kubectl("patch", "configmap/stuck", "--type=merge", "-p", '{"metadata":{"finalizers":null}}');
    await dev.must("up", "dev", "--yes");
    assert.equal(await dev.kubectl("get", "configmap/stuck", "-o", "jsonpath={.data.key}"), "1");
  });
});
