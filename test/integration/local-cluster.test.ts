import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "mocha";
import { runProgram } from "../../core/exec/run.ts";
import {
  clusterStatus,
  deleteCluster,
  startCluster,
  stopCluster,
  type LocalCluster,
} from "../../toolchain/local-cluster/cluster.ts";
import { toolGroups, type Tool, type ToolName } from "../../toolchain/toolchain.ts";
import { testTools } from "../support/toolchain.ts";

describe("local clusters", function () {
  this.timeout(120_000);
  let root: string;
  let tools: ReadonlyMap<ToolName, Tool>;
  const lines: string[] = [];
  const progress = (line: string): void => void lines.push(line);
  const folderOf = (name: string): string => join(root, name);
  const start = (name: string): Promise<LocalCluster> =>
    startCluster({ folder: folderOf(name), name, tools, progress });

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "driftless-cluster-"));
    tools = await testTools(toolGroups.cluster);
  });
  after(async () => {
    await deleteCluster(folderOf("one"));
    await deleteCluster(folderOf("two"));
    await rm(root, { recursive: true, force: true });
  });

  async function kubectl(cluster: LocalCluster, ...args: readonly string[]): Promise<string> {
    const { stdout } = await runProgram({
      file: tools.get("kubectl")?.path ?? "kubectl",
      args: ["--kubeconfig", cluster.kubeconfig, "--context", cluster.context, ...args],
      env: { HOME: root },
      timeoutMs: 30_000,
      maxOutputBytes: 1_000_000,
    });
    return stdout.toString("utf8").trim();
  }

  it("start side by side, each with its own address, and keep apart what is in them", async () => {
    const [one, two] = await Promise.all([start("one"), start("two")]);
    assert.notEqual(one.server, two.server);
    await kubectl(one, "create", "namespace", "only-in-one");
    assert.match(await kubectl(one, "get", "namespaces", "--output=name"), /only-in-one/);
    assert.doesNotMatch(await kubectl(two, "get", "namespaces", "--output=name"), /only-in-one/);
    await deleteCluster(two.folder);
    assert.equal((await clusterStatus(two.folder)).state, "absent");
  });

  it("let the first Deployment become available at once", async () => {
    const cluster = await start("one");
    await kubectl(cluster, "create", "deployment", "web", "--image=example/web:1", "--replicas=20");
    await kubectl(cluster, "rollout", "status", "deployment/web", "--timeout=20s");
    assert.equal(
      await kubectl(cluster, "get", "deployment/web", "--output=jsonpath={.status.availableReplicas}"),
      "20",
    );
  });

  it("are real: Pod Security is enforced and a quota is kept", async () => {
    const cluster = await start("one");
    await kubectl(cluster, "create", "namespace", "strict");
    await kubectl(cluster, "label", "namespace", "strict", "pod-security.kubernetes.io/enforce=restricted");
    const privileged = ["run", "x", "--namespace=strict", "--image=example/x:1", "--privileged"];
    await assert.rejects(kubectl(cluster, ...privileged), { stderr: /violates PodSecurity "restricted:latest"/ });

    await kubectl(cluster, "create", "namespace", "narrow");
    await kubectl(cluster, "create", "quota", "none", "--namespace=narrow", "--hard=configmaps=0");
    await assert.rejects(kubectl(cluster, "create", "configmap", "x", "--namespace=narrow"), {
      stderr: /exceeded quota/,
    });
  });

  it("give a load balancer an address", async () => {
    const cluster = await start("one");
    await kubectl(cluster, "create", "service", "loadbalancer", "front", "--tcp=80:8080");
    const address = "--for=jsonpath={.status.loadBalancer.ingress[0].ip}=192.0.2.1";
    await kubectl(cluster, "wait", "service/front", address, "--timeout=20s");
  });

  it("give nobody else their secrets, and nobody without a token anything", async () => {
    const cluster = await start("one");
    for (const file of ["kubeconfig", "cluster.json", "tokens.csv", "service-account.key"]) {
      assert.equal((await stat(join(cluster.folder, file))).mode & 0o077, 0, file);
    }
    assert.equal((await stat(cluster.folder)).mode & 0o077, 0);
    await assert.rejects(kubectl(cluster, "get", "secrets", "--all-namespaces", "--token=wrong"), {
      stderr: /Unauthorized|logged in/,
    });
  });

  it("are left alone by a second start", async () => {
    await start("one");
    const processes = await recordedProcesses("one");
    lines.length = 0;
    const started = Date.now();
    await start("one");
    assert.ok(Date.now() - started < 2_000);
    assert.deepEqual(lines, []);
    assert.deepEqual(await recordedProcesses("one"), processes);
  });

  for (const program of ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const) {
    it(`get ${program} back after it was killed, with the others left running`, async () => {
      await start("one");
      const before = await recordedProcesses("one");
      process.kill(before[program] ?? 0, "SIGKILL");
      let status = await clusterStatus(folderOf("one"));
      // The kernel takes a moment to end it.
      for (let wait = 0; wait < 50 && status.state === "running"; wait++) {
        await sleep(20);
        status = await clusterStatus(folderOf("one"));
      }
      assert.equal(status.state, "partial");
      assert.deepEqual(status.stopped, [program]);

      const cluster = await start("one");
      assert.equal((await clusterStatus(cluster.folder)).state, "running");
      const { [program]: old, ...others } = before;
      const { [program]: now, ...same } = await recordedProcesses("one");
      assert.notEqual(now, old);
      assert.deepEqual(same, others);
      assert.match(await kubectl(cluster, "get", "namespaces", "--output=name"), /only-in-one/);
    });
  }

  it("stop so that no process is left, and come back with the same address, kubeconfig and data", async () => {
    const before = await start("one");
    const kubeconfig = await readFile(before.kubeconfig, "utf8");
    await stopCluster(before.folder);
    assert.equal((await clusterStatus(before.folder)).state, "stopped");
    if (platform() === "linux") assert.deepEqual(await processesIn(before.folder), []);
    await stopCluster(before.folder);

    const again = await start("one");
    assert.deepEqual(again, before);
    assert.equal(await readFile(again.kubeconfig, "utf8"), kubeconfig);
    assert.match(await kubectl(again, "get", "namespaces", "--output=name"), /only-in-one/);
  });

  it("never kill a process that only has the id of one of theirs", async () => {
    const cluster = await start("one");
    await stopCluster(cluster.folder);
    const record = join(cluster.folder, "processes", "kwok.json");
    await writeFile(record, JSON.stringify({ pid: process.pid, identity: "another-boot:1" }));
    assert.equal((await clusterStatus(cluster.folder)).state, "stopped");
    await stopCluster(cluster.folder);
  });

  it("say so when their port is taken, and start nothing more", async () => {
    const { server: address, folder } = await start("one");
    await stopCluster(folder);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(Number(new URL(address).port), "127.0.0.1", resolve));
    try {
      await assert.rejects(start("one"), { code: "CLUSTER_START_FAILED", message: /Port \d+ .* is taken/ });
    } finally {
      server.close();
      await stopCluster(folder);
    }
    assert.equal((await start("one")).server, address);
  });

  it("refuse a name that cannot be a context", async () => {
    await assert.rejects(start("Not a name"), { code: "NAME_INVALID" });
    assert.equal((await readdir(root)).includes("Not a name"), false);
  });

  async function recordedProcesses(name: string): Promise<Record<string, number>> {
    const folder = join(folderOf(name), "processes");
    const entries = await Promise.all(
      (await readdir(folder)).map(async (file) => {
        const { pid } = JSON.parse(await readFile(join(folder, file), "utf8")) as { readonly pid: number };
        return [file.replace(".json", ""), pid] as const;
      }),
    );
    return Object.fromEntries(entries);
  }
});

/** Ids of the processes that belong to a cluster: they run with its folder as their home. */
async function processesIn(folder: string): Promise<readonly string[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const text = await readFile(`/proc/${id}/environ`, "utf8").catch(() => "");
      return text.includes(`HOME=${folder}\0`) ? [id] : [];
    }),
  );
  return found.flat();
}
