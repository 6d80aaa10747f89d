import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { argumentsOf, executableOf } from "../../../../toolchain/local-cluster/commands.ts";
import { programs } from "../../../../toolchain/local-cluster/layout.ts";

const settings = { name: "a", port: 20_000, token: "very-secret-token" };

describe("the programs of a local cluster", () => {
  it("never get the token on their command line, where every user of the machine can read it", () => {
    const all = programs.flatMap((program) => argumentsOf(program, settings));
    assert.ok(all.length > 20);
    assert.deepEqual(
      all.filter((argument) => argument.includes(settings.token)),
      [],
    );
  });

  it("listen on loopback or on sockets only", () => {
    assert.ok(argumentsOf("kube-apiserver", settings).includes("--bind-address=127.0.0.1"));
    const etcd = argumentsOf("etcd", settings).filter((argument) => argument.startsWith("--listen-"));
    assert.equal(etcd.length, 2);
    assert.ok(etcd.every((argument) => argument.includes("=unix://")));
    for (const program of ["kube-controller-manager", "kube-scheduler"] as const) {
      assert.ok(argumentsOf(program, settings).includes("--secure-port=0"));
    }
  });

  it("are links beside the control plane, but for kwok", () => {
    const executables = { controlPlane: "/tools/cp/bin/control-plane", kwok: "/tools/kwok/bin/kwok" };
    assert.equal(executableOf("kube-scheduler", executables), "/tools/cp/bin/kube-scheduler");
    assert.equal(executableOf("kwok", executables), "/tools/kwok/bin/kwok");
  });
});
