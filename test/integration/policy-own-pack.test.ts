import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { openPacks } from "../../automation/policy/open.ts";
import type { Packs, Question, RuleSettings } from "../../automation/policy/types.ts";
import type { JsonObject, KubernetesObject } from "../../core/manifest/manifest.ts";
import { resourceName, resourceType } from "../../core/plan/identity.ts";
import { stampOwner } from "../../core/plan/ownership.ts";
import type { PolicyResource } from "../../core/policy/resources.ts";
import { ownerOfRunUrn, type RunFacts } from "../../core/policy/run.ts";
import { repository } from "../support/pulumi-project.ts";

const environment = {
  name: "dev",
  clusters: { main: { version: "1.33.1" } },
  tenants: { shop: { namespaces: ["shop"], clusters: ["main"] } },
  applications: { web: { tenant: "shop" } },
  freeze: [{ cron: "0 18 * * FRI", duration: "62h", timezone: "Europe/Berlin", action: "deny" }],
};
const saturday: RunFacts = {
  ...{ operation: "up", time: "2026-11-21T12:00:00Z", objects: 4, owners: ["application/web"], replacements: [] },
  deletions: [{ cluster: "main", kind: "PersistentVolumeClaim", namespace: "shop", name: "data" }],
};

describe("the pack of this project without the engine", () => {
  let packs: Packs;
  let cache = "";

  before(async () => {
    cache = await mkdtemp(join(tmpdir(), "driftless-"));
    const folder = join(repository, "policies");
    packs = await openPacks([{ title: "policies", folder }], { project: repository, cache });
  });
  after(async () => {
    packs.close();
    await rm(cache, { recursive: true, force: true });
  });

  it("stops a run during a freeze, and lets its preview go on", async () => {
    const message =
      '2026-11-21T12:00:00Z is inside a window of safety.freeze that denies ("0 18 * * FRI", 62h, Europe/Berlin), until 2026-11-23T07:00:00Z';
    assert.deepEqual(await found({ run: saturday }), [`freeze-windows mandatory: ${message}`]);
    assert.deepEqual(await found({ run: { ...saturday, operation: "preview" } }), []);
  });

  it("says of which application a run must leave its hands", async () => {
    const tenants = { shop: { ...environment.tenants.shop, freeze: environment.freeze } };
    const { violations } = await packs.check({ run: saturday }, [
      { "freeze-windows": { environment: { ...environment, freeze: [], tenants } } },
    ]);
    assert.deepEqual(
      violations.map(({ rule, urn }) => [rule, ownerOfRunUrn(urn)]),
      [["freeze-windows", "application/web"]],
    );
  });

  it("keeps kinds that are protected, and limits deletions, where the settings turn that on", async () => {
    const on = { enforcementLevel: "mandatory" };
    const rules = { "protected-kinds": on, "deletions-limited": { ...on, maxDeletions: 0 } };
    assert.deepEqual(await found({ run: { ...saturday, time: "2026-11-24T12:00:00Z" } }, rules), [
      "deletions-limited mandatory: deletions: 1 deletion, allowed: 0",
      "protected-kinds mandatory: PersistentVolumeClaim: PersistentVolumeClaim shop/data on main would be deleted",
    ]);
  });

  it("lets a run, or what it deletes, pass by an exception until that ends", async () => {
    const exception = (object: string, expires: string) => ({ object, expires, reason: "incident 7", owner: "sre" });
    const on = { enforcementLevel: "mandatory" };
    const data = exception("main/shop/PersistentVolumeClaim/data", "2999-01-01");
    const held = { "protected-kinds": { ...on, exceptions: [data] } };
    assert.deepEqual(await found({ run: { ...saturday, time: "2026-11-24T12:00:00Z" } }, held), []);
    assert.deepEqual(
      await found({ run: saturday }, { "freeze-windows": { exceptions: [exception("run", "2999-01-01")] } }),
      [],
    );
    const [ended = ""] = await found(
      { run: saturday },
      { "freeze-windows": { exceptions: [exception("run", "2020-01-01")] } },
    );
    assert.match(ended, /until 2026-11-23T07:00:00Z; its exception \(sre\) ended on 2020-01-01$/);
  });

  it("looks across the objects of a run", async () => {
    const pods = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web" }] } };
    const resources = [
      owned("apps/v1", "Deployment", { replicas: 2, template: pods }),
      owned("v1", "ConfigMap", {}, "payments"),
      owned("policy/v1beta1", "PodDisruptionBudget", { selector: { matchLabels: { app: "web" } }, maxUnavailable: 0 }),
    ];
    const on = { enforcementLevel: "mandatory" };
    const rules = { "network-policy-required": on, "pod-disruption-budget-required": on };
    const mine = (await found({ resources }, rules)).filter(
      (each) => !/^(pod-security|resource-|image-|probes)/.test(each),
    );
    assert.deepEqual(mine, [
      "network-policy-required mandatory: no NetworkPolicy of its namespace governs the ingress of its pods",
      'pod-disruption-budget-required mandatory: blocking: the PodDisruptionBudget "web" lets none of 2 pods go: its maxUnavailable is 0',
      'tenant-boundaries mandatory: namespaces: namespace "payments" is not one of tenant "shop" (shop)',
      "api-versions-served mandatory: removed: Kubernetes 1.33 does not serve policy/v1beta1 PodDisruptionBudget, which was removed in 1.25; use policy/v1 PodDisruptionBudget",
    ]);
  });

  it("looks at resources of AWS", async () => {
    const aws = (type: string, props: JsonObject): PolicyResource => ({
      ...{ type: `aws:${type}`, name: "main", urn: `urn:pulumi:dev::driftless::aws:${type}::main`, props },
    });
    const resources = [
      aws("eks/cluster:Cluster", { version: "1.28", vpcConfig: { subnetIds: [] } }),
      aws("s3/bucket:Bucket", { bucket: "logs", acl: "public-read" }),
    ];
    assert.deepEqual(await found({ resources }), [
      "eks-endpoint-restricted mandatory: the endpoint is public, and nothing says who may reach it, so everybody may",
      "eks-version-supported advisory: AWS does not support Kubernetes 1.28 any more",
      "s3-public-access-blocked mandatory: missing: nothing blocks public access to the bucket",
      's3-public-access-blocked mandatory: acl: the ACL is "public-read"',
    ]);
  });

  /** Rules, levels and messages, without places and remedies, which tests of the rules look at. */
  async function found(question: Question, rules: RuleSettings = {}): Promise<readonly string[]> {
    const facts = packs.rules().filter(({ settings }) => settings !== undefined && "environment" in settings);
    const filled = facts.map(({ name }) => [name, { ...rules[name], environment }] as const);
    const { violations } = await packs.check(question, [{ ...rules, ...Object.fromEntries(filled) }]);
    return violations.map(
      ({ rule, level, message, remediation = "" }) =>
        `${rule} ${level}: ${message.replace(`. ${remediation}`, "").replace(/ \((at|from) .*\)$/, "")}`,
    );
  }
});

function owned(apiVersion: string, kind: string, spec: JsonObject, namespace = "shop"): PolicyResource {
  const object: KubernetesObject = { apiVersion, kind, metadata: { name: "web", namespace }, spec };
  const props = stampOwner(object, { environment: "dev", application: "web", origin: "web.yaml" });
  const [type, name] = [resourceType(object), resourceName("main", object)];
  return { type, name, urn: `urn:pulumi:dev::driftless::${type}::${name}`, props };
}
