import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { checkReach } from "../../../automation/engine/reach.ts";
import type { ClusterSpec } from "../../../core/environment/spec.ts";
import { DriftlessError } from "../../../core/errors/error.ts";

const kubeconfig = `current-context: c
clusters: [{ name: c, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: u, user: { token: t } }]
contexts: [{ name: c, context: { cluster: c, user: u } }]
`;

describe("a cluster that does not answer", () => {
  let project: string;

  before(async () => {
    project = await mkdtemp(join(tmpdir(), "driftless-"));
    const folder = join(project, ".driftless", "clusters", "home");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "kubeconfig"), kubeconfig);
  });

  after(() => rm(project, { recursive: true }));

  const fixOf = async (spec: ClusterSpec): Promise<string> => {
    const error: unknown = await checkReach({ eu: spec }, { project, env: {} }).catch((caught: unknown) => caught);
    assert.ok(error instanceof DriftlessError);
    assert.equal(error.code, "CLUSTER_UNREACHABLE");
    return error.findings[0].fix;
  };

  it("is to be started if it is a local one that was stopped", async () => {
    assert.equal(await fixOf({ local: { name: "home" } }), "Start it: driftless cluster up home");
  });

  it("else is to be looked at", async () => {
    const path = join(".driftless", "clusters", "home", "kubeconfig");
    assert.match(await fixOf({ kubeconfig: { env: "KUBECONFIG", path } }), /^Check that it runs, the network to it/);
  });
});
