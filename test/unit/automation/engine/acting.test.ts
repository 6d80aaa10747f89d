import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  actingForTargets,
  actingInUpdate,
  passedDigests,
  previewActing,
} from "../../../../automation/engine/acting.ts";
import type { StateExport } from "../../../../automation/engine/types.ts";
import type { ActingTenants } from "../../../../core/plan/acting.ts";
import type { Json } from "../../../../core/manifest/manifest.ts";

const urn = (type: string, name: string): string => `urn:pulumi:dev::driftless::${type}::${name}`;
const gate = (name: string, digest: string): Json => ({
  urn: urn("pulumi:index:Stash", name),
  inputs: { input: { digest } },
});
const object = "eu/shop/ConfigMap/settings";
const objectUrn = urn("kubernetes:core/v1:ConfigMap", object);
const deployed = [
  { name: "web", tenant: "shop", clusters: ["eu"], digest: "sha256:web" },
  { name: "vault", tenant: "bank", clusters: ["eu"], digest: "sha256:vault" },
];
const change = {
  action: "update",
  owner: "application/web",
  cluster: "eu",
  kind: "ConfigMap",
  name: "settings",
} as const;

function state(...resources: readonly Json[]): StateExport {
  return { version: 3, deployment: { resources } };
}

const quiet = state(
  gate("application/web/ready", "sha256:web"),
  gate("application/web/wave/0", "sha256:part"),
  gate("application/vault/ready", "sha256:vault"),
  gate("tenant/shop/ready", "sha256:shop"),
);

/** What the preview was asked for, round by round, if each finds these changes. */
async function rounds(
  given: StateExport | undefined,
  changes: readonly (typeof change)[],
  refresh = false,
): Promise<readonly (readonly string[] | undefined)[]> {
  const asked: (readonly string[] | undefined)[] = [];
  await previewActing({ run: { deployed }, state: given, refresh }, (acting: ActingTenants | undefined) => {
    asked.push(acting === undefined ? undefined : [...acting]);
    return Promise.resolve({ changes: changes.map((each) => ({ ...each, fields: [] })) });
  });
  return asked;
}

describe("who acts in a run of the engine", () => {
  it("is read off the last gate of each application", () => {
    assert.deepEqual(
      [...passedDigests(quiet)],
      [
        ["web", "sha256:web"],
        ["vault", "sha256:vault"],
      ],
    );
    assert.equal(passedDigests(undefined).size, 0);
    assert.equal(passedDigests(state({ urn: urn("pulumi:index:Stash", "application/web/ready") }, null, 1)).size, 0);
  });

  it("is nobody in a preview of what came up as it is planned, and all without a state", async () => {
    assert.deepEqual(await rounds(quiet, []), [[]]);
    assert.deepEqual(await rounds(undefined, []), [["eu/shop", "eu/bank"]]);
  });

  it("is asked again with whom the engine found to change against what the state tells", async () => {
    assert.deepEqual(await rounds(quiet, [change]), [[], ["eu/shop"]]);
    assert.deepEqual(await rounds(quiet, [change], true), [[]], "drift is no such thing");
  });

  it("is whoever changes in an update, and also whom the state names where it compares with the clusters", () => {
    const changes = [{ ...change, fields: [] }];
    const known = state({ urn: urn("pulumi:providers:kubernetes", "eu/bank-provider") });
    assert.deepEqual(actingInUpdate({ kind: "up", deployed }, changes, known), new Set(["eu/shop"]));
    assert.deepEqual(
      actingInUpdate({ kind: "up", deployed, refresh: true }, changes, known),
      new Set(["eu/shop", "eu/bank"]),
    );
  });

  it("is everybody in a destruction, and where nobody knows what changes", () => {
    assert.equal(actingInUpdate({ kind: "destroy", deployed }, [], quiet), undefined);
    assert.equal(actingInUpdate({ kind: "up", deployed }, undefined, quiet), undefined);
    assert.equal(actingInUpdate({ kind: "up" }, [], quiet), undefined);
    assert.equal(actingForTargets(undefined, quiet, []), undefined);
  });

  it("is the owner of what is healed, and whom the state names", () => {
    const given = state(
      { urn: objectUrn, parent: urn("driftless:index:Application", "web") },
      { urn: urn("pulumi:providers:kubernetes", "eu/bank-provider") },
      { urn: urn("pulumi:providers:kubernetes", "eu-provider") },
    );
    assert.deepEqual(actingForTargets(deployed, given, [objectUrn]), new Set(["eu/shop", "eu/bank"]));
  });
});
