import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  actingForObjects,
  actingForPlan,
  formatActing,
  parseActing,
  parseTenantProvider,
  tenantProviderName,
} from "../../../../core/plan/acting.ts";

const web = { name: "web", tenant: "shop", clusters: ["eu", "us"], digest: "sha256:web" };
const vault = { name: "vault", tenant: "bank", clusters: ["eu"], digest: "sha256:vault" };

describe("tenants that act in a run", () => {
  it("are those of an application that did not come up as it is planned, on each of its clusters", () => {
    const cases: readonly (readonly [passed: Readonly<Record<string, string>>, acting: readonly string[]])[] = [
      [{}, ["eu/shop", "us/shop", "eu/bank"]],
      [{ web: "sha256:web", vault: "sha256:vault" }, []],
      [{ web: "sha256:web", vault: "sha256:older" }, ["eu/bank"]],
      [{ web: "sha256:web not waited for", vault: "sha256:vault" }, ["eu/shop", "us/shop"]],
    ];
    for (const [passed, acting] of cases) {
      assert.deepEqual([...actingForPlan([web, vault], new Map(Object.entries(passed)))], acting);
    }
  });

  it("are those whose objects change, and nobody for what belongs to tenants themselves", () => {
    const changes = [
      { owner: "application/web", cluster: "us" },
      { owner: "application/web", cluster: "us" },
      { owner: "tenant/bank", cluster: "eu" },
      { owner: "application/gone", cluster: "eu" },
    ];
    assert.deepEqual([...actingForObjects([web, vault], changes)], ["us/shop"]);
  });

  it("are told to the program, nobody too, and all of them by saying nothing", () => {
    for (const acting of [[], ["eu/shop"], ["eu/shop", "us/bank"]]) {
      assert.deepEqual(parseActing(formatActing(new Set(acting))), new Set(acting));
    }
    assert.equal(parseActing(undefined), undefined);
    assert.equal(parseActing(""), undefined);
    const many = Array.from({ length: 10_000 }, (_, index) => `cluster-${index}/tenant`);
    assert.equal(formatActing(new Set(many)), undefined);
  });

  it("have a provider whose name says for whom it is", () => {
    assert.deepEqual(parseTenantProvider(tenantProviderName("eu", "shop-provider")), {
      cluster: "eu",
      tenant: "shop-provider",
    });
    assert.equal(parseTenantProvider("eu-provider"), undefined);
  });
});
