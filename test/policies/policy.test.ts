import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { toPolicy, validate } from "../../policies/policy.ts";
import type { Rule } from "../../policies/rule.ts";
import { rules } from "../../policies/rules/index.ts";
import { pod } from "./objects.ts";

function ruleThat(check: Rule["check"]): Rule {
  return { name: "a-rule", description: "", remediation: "Mend it.", configSchema: { properties: {} }, check };
}

function violations(rule: Rule, type: string, props: JsonObject): string[] {
  const messages: string[] = [];
  const resource = { type, props, getConfig: () => ({}) };
  validate(rule, resource, (message) => messages.push(message));
  return messages;
}

const deployment = "kubernetes:apps/v1:Deployment";

describe("a rule of the pack", () => {
  it("reports each violation with the place in Git and what to do", () => {
    const metadata = { name: "web", annotations: { "driftless.dev/origin": "applications/web.yaml" } };
    const messages = violations(
      ruleThat(() => ["this is wrong", "so is that"]),
      deployment,
      { ...pod(), metadata },
    );
    assert.deepEqual(messages, [
      "this is wrong (from applications/web.yaml). Mend it.",
      "so is that (from applications/web.yaml). Mend it.",
    ]);
  });

  it("reports objects that Git does not hold without a place", () => {
    assert.deepEqual(
      violations(
        ruleThat(() => ["this is wrong"]),
        deployment,
        pod(),
      ),
      ["this is wrong. Mend it."],
    );
  });

  it("looks at Kubernetes objects only", () => {
    const always = ruleThat(() => ["this is wrong"]);
    for (const type of ["pulumi:index:Stash", "aws:ec2/instance:Instance", "driftless:index:Tenant"]) {
      assert.deepEqual(violations(always, type, {}), []);
    }
  });

  it("looks at the object of a hook like at any other", () => {
    const object = { ...pod(), metadata: { name: "check", annotations: { "driftless.dev/origin": "web/hooks.yaml" } } };
    const seen: JsonObject[] = [];
    const rule = ruleThat((each) => {
      seen.push(each);
      return ["this is wrong"];
    });
    assert.deepEqual(violations(rule, "pulumi:index:Stash", { input: { phase: "pre-deploy", object } }), [
      "this is wrong (from web/hooks.yaml). Mend it.",
    ]);
    assert.deepEqual(seen, [object]);
  });

  it("fails closed: an error inside it ends the run, with its text and without a stack trace", () => {
    const broken = ruleThat(() => {
      throw new Error("cannot read it");
    });
    assert.throws(
      () => violations(broken, deployment, pod()),
      (error) => error instanceof Error && error.stack === "cannot read it",
    );
  });

  it("is mandatory unless the settings say otherwise", () => {
    for (const rule of rules) assert.equal(toPolicy(rule).enforcementLevel, "mandatory");
  });
});

describe("the pack", () => {
  it("has one file per rule, called like the rule, and every file is in it", async () => {
    const files = await readdir(join(import.meta.dirname, "../../policies/rules"));
    const expected = files.filter((file) => file !== "index.ts").map((file) => file.replace(/\.ts$/, ""));
    assert.deepEqual(rules.map(({ name }) => name).sort(), expected.sort());
  });

  it("says of every rule what it is for and what to do", () => {
    for (const { description, remediation } of rules)
      assert.match(`${description} ${remediation}`, /^[A-Z].+\. [A-Z].+\.$/);
  });

  it("accepts an object that keeps to all rules, and one that holds no container", () => {
    for (const rule of rules) {
      assert.deepEqual(rule.check(pod(), {}), []);
      assert.deepEqual(rule.check({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" } }, {}), []);
    }
  });
});
