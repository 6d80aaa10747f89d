import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { foreignObjects } from "../../automation/engine/foreign.ts";
import { liveObjects, type LiveKind } from "../../live/objects.ts";
import { unreadyReasons } from "../../automation/engine/unready.ts";
import { checkReach } from "../../automation/engine/reach.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { deployment } from "../support/sample.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";

const count = 501;
const kinds: readonly LiveKind[] = ["eu", "gone"].flatMap((cluster) => [
  { cluster, apiVersion: "v1", kind: "ConfigMap" },
  { cluster, apiVersion: "v1", kind: "Namespace" },
  { cluster, apiVersion: "example.com/v1", kind: "Missing" },
]);

describe("the live objects of an environment", function () {
  this.timeout(120_000);
  let cluster: TestCluster;
  let folder: string;

  before(async () => {
    cluster = await startTestCluster("live");
    folder = await mkdtemp(join(tmpdir(), "driftless-"));
    const names = Array.from({ length: count }, (_, index) => `item-${index}`);
    const items = [
      ...names.map((name) => object("ConfigMap", { name, namespace: "default" }, "dev")),
      object("Namespace", { name: "team" }, "dev"),
      object("ConfigMap", { name: "theirs", namespace: "default" }, "production"),
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "unmanaged", namespace: "default" } },
    ];
    const file = join(folder, "objects.json");
    await writeFile(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    await cluster.kubectl("create", "-f", file);
    await writeFile(join(folder, "gone.yaml"), goneKubeconfig);
  });

  after(async () => {
    await cluster.remove();
    await rm(folder, { recursive: true });
  });

  const clusters = () => ({
    eu: { kubeconfig: { env: "KUBECONFIG" } },
    gone: { kubeconfig: { env: "KUBECONFIG", path: join(folder, "gone.yaml") } },
  });
  const context = () => ({ project: folder, env: { KUBECONFIG: cluster.kubeconfig } });

  it("are read page by page, by resource name, and only those of the environment", async () => {
    const { eu } = clusters();
    const { objects, errors } = await liveObjects("dev", kinds, { eu }, context());
    assert.equal(errors.size, 0);
    assert.equal(objects.size, count + 1);
    assert.equal(objects.get("eu/default/ConfigMap/item-500")?.kind, "ConfigMap");
    assert.equal(typeof objects.get("eu/_/Namespace/team")?.metadata["creationTimestamp"], "string");
  });

  it("are unknown, not absent, on a cluster that cannot be reached", async () => {
    const { objects, errors } = await liveObjects("dev", kinds, clusters(), context());
    assert.equal(objects.size, count + 1);
    assert.deepEqual([...errors.keys()], ["gone"]);
    assert.equal(errors.get("gone")?.[0]?.code, "CLUSTER_UNREACHABLE");
  });

  it("are not asked for where a cluster does not answer or refuses the credentials, and all such clusters are named", async () => {
    await checkReach({ eu: clusters().eu }, context());
    const wrong = join(folder, "wrong.json");
    const config = await cluster.kubectl("config", "view", "--raw", "-o", "json");
    const { users, ...rest } = JSON.parse(config) as { readonly users: readonly { readonly name: string }[] };
    const strangers = users.map(({ name }) => ({ name, user: { token: "canary" } }));
    await writeFile(wrong, JSON.stringify({ ...rest, users: strangers }));
    const refused = { kubeconfig: { env: "KUBECONFIG", path: wrong } };
    await assert.rejects(checkReach({ ...clusters(), refused }, context()), (error) => {
      assert.ok(error instanceof DriftlessError);
      assert.deepEqual(error.findings.map(({ message }) => message).sort(), [
        'The cluster "gone" cannot be reached: the connection is refused.',
        'The cluster "refused" cannot be reached: it refuses the credentials of the kubeconfig.',
      ]);
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
  });

  const touched = (kind: string, apiVersion: string, name: string, namespace = "default") => ({
    change: { action: "create", owner: "application/web", cluster: "eu", kind, namespace, name } as const,
    resourceName: `eu/${namespace}/${kind}/${name}`,
    apiVersion,
    kind: kind.split(".")[0] ?? kind,
  });

  it("are told from those of another environment, which may not be taken over", async () => {
    const creates = ["item-7", "theirs", "unmanaged", "new"].map((name) => touched("ConfigMap", "v1", name));
    const access = { clusters: { eu: clusters().eu }, context: context() };
    const findings = await foreignObjects(
      "dev",
      [...creates, touched("Missing.example.com", "example.com/v1", "x")],
      access,
    );
    const text = 'ConfigMap default/theirs on eu belongs to the environment "production".';
    assert.deepEqual(
      findings.map(({ code, message }) => [code, message]),
      [["OWNED_BY_OTHER_APP", text]],
    );

    // An identity that may read the objects and not list them.
    await cluster.kubectl("create", "serviceaccount", "reader");
    await cluster.kubectl("create", "role", "reader", "--verb=get", "--resource=configmaps");
    await cluster.kubectl("create", "rolebinding", "reader", "--role=reader", "--serviceaccount=default:reader");
    const token = await cluster.kubectl("create", "token", "reader");
    const config = await cluster.kubectl("config", "view", "--raw", "-o", "json");
    const { users, ...rest } = JSON.parse(config) as { readonly users: readonly { readonly name: string }[] };
    const readers = users.map(({ name }) => ({ name, user: { token } }));
    await writeFile(join(folder, "reader.json"), JSON.stringify({ ...rest, users: readers }));
    const eu = { kubeconfig: { env: "KUBECONFIG", path: join(folder, "reader.json") } };
    assert.deepEqual(await foreignObjects("dev", creates, { clusters: { eu }, context: context() }), findings);
  });

  it("say why they do not become ready", async () => {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await writeFile(
      join(folder, "strict.yaml"),
      [
        JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "strict", labels } }),
        deployment("web"),
        deployment("jobs")
          .replace("kind: Deployment", "kind: StatefulSet")
          .replace("spec:", "spec:\n  serviceName: jobs"),
      ]
        .join("\n---\n")
        .replaceAll(/metadata: {( name: (?:web|jobs)) }/g, "metadata: { namespace: strict,$1 }"),
    );
    await cluster.kubectl("apply", "-f", join(folder, "strict.yaml"));
    await cluster.kubectl("wait", "-n", "strict", "deployment/web", "--for=condition=ReplicaFailure", "--timeout=20s");
    const failed = ["Deployment.apps", "StatefulSet.apps"].map((kind, at) => ({
      ...touched(kind, "apps/v1", ["web", "jobs"][at] ?? "", "strict"),
      reason: "it timed out waiting to be Ready",
    }));
    const reasons = await unreadyReasons(failed, { clusters: { eu: clusters().eu }, context: context() });
    assert.equal(reasons.size, 2);
    for (const reason of reasons.values())
      assert.match(reason, /violates PodSecurity "restricted:latest".*seccompProfile/);
  });
});

function object(kind: string, metadata: object, environment: string): object {
  const labels = { "app.kubernetes.io/managed-by": "driftless" };
  const annotations = { "driftless.dev/environment": environment };
  return { apiVersion: "v1", kind, metadata: { ...metadata, labels, annotations } };
}

const goneKubeconfig = `apiVersion: v1
kind: Config
current-context: gone
clusters: [{ name: gone, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: me, user: { token: canary } }]
contexts: [{ name: gone, context: { cluster: gone, user: me } }]
`;
