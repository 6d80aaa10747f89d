import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { builtInKinds } from "../../core/plan/kinds.ts";
import { pluralOf } from "../../core/plan/plural.ts";
import { groupOf, kindGroup, type KubernetesObject } from "../../core/manifest/manifest.ts";
import { SchemaChecker } from "../../core/schema/checker.ts";
import { customSchemas } from "../../core/schema/custom.ts";
import { kubernetesSchemas } from "../../core/schema/kubernetes/schemas.ts";
import { openConnection, type Connection } from "../../live/connection.ts";
import { fetchText } from "../../live/http.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { gadget, schemaCases } from "../support/schema-cases.ts";

describe("schemas", function () {
  this.timeout(180_000);
  let cluster: TestCluster;
  let connection: Connection;

  before(async () => {
    cluster = await startTestCluster("schemas");
    const spec = { kubeconfig: { env: "KUBECONFIG" } };
    connection = await openConnection("main", spec, { project: ".", env: { KUBECONFIG: cluster.kubeconfig } });
    const { status, text } = await post(gadget, "");
    assert.equal(status, 201, text);
    await cluster.kubectl("wait", "--for=condition=Established", "crd/gadgets.example.com");
  });

  after(() => cluster.remove());

  async function post(object: KubernetesObject, query: string) {
    const { apiVersion } = object;
    const scope = builtInKinds.get(kindGroup(object)) ?? "namespaced";
    const path = [
      groupOf(apiVersion) === "" ? `/api/${apiVersion}` : `/apis/${apiVersion}`,
      ...(scope === "namespaced" ? ["namespaces/default"] : []),
      pluralOf(object.kind),
    ].join("/");
    const body = { type: "application/json", text: JSON.stringify(object) };
    const call = { method: "POST", accept: "application/json", body, signal: AbortSignal.timeout(30_000) } as const;
    return fetchText({ ...call, url: new URL(`${path}${query}`, connection.server) }, connection.call);
  }

  it("take and refuse what the API server takes and refuses in strict validation", async () => {
    const checker = new SchemaChecker(await kubernetesSchemas("1.36"), customSchemas([gadget]));
    const tally = { taken: 0, refused: 0 };
    for (const { title, object, fields } of schemaCases) {
      const { status, text } = await post(object, "?dryRun=All&fieldValidation=Strict");
      const verdict = checker.check(object);
      assert.ok(verdict !== "unknown", title);
      const found = verdict.map(({ path }) => path.join("."));
      assert.equal(status === 201, fields.length === 0, `${title}: the API server says ${status} ${text}`);
      assert.deepEqual(found.sort(), [...fields].sort(), title);
      tally[fields.length === 0 ? "taken" : "refused"] += 1;
    }
    assert.ok(tally.taken >= 8 && tally.refused >= 15, JSON.stringify(tally));
  });

  it("take whatever the cluster itself holds", async () => {
    const checker = new SchemaChecker(await kubernetesSchemas("1.36"), customSchemas([]));
    const text = await cluster.kubectl(
      "get",
      ["clusterroles", "clusterrolebindings", "flowschemas", "services"].join(),
      "-A",
      "-ojson",
    );
    const { items } = JSON.parse(text) as { readonly items: readonly KubernetesObject[] };
    assert.ok(items.length > 100);
    for (const item of items) assert.deepEqual(checker.check(item), [], item.metadata.name);
  });
});
