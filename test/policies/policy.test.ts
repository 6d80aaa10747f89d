import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import { z } from "zod";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { toPolicy, validate } from "../../policies/policy.ts";
import { objectRule, type Rule } from "../../policies/rule.ts";
import { rules } from "../../policies/rules/index.ts";
import { messagesOf, resourceOf } from "./evaluate.ts";
import { pod } from "./objects.ts";

const metadata = {
  ...{ name: "a-rule", description: "", remediation: "Mend it.", links: [] },
  ...({ severity: "high", level: "mandatory" } as const),
  settings: z.strictObject({}),
};

function ruleThat(check: (object: JsonObject) => readonly string[]): Rule {
  return objectRule({ ...metadata, check: ({ object }) => check(object).map((message) => ({ message })) });
}

function violations(rule: Rule, type: string, props: JsonObject, settings: JsonObject = {}): string[] {
  const messages: string[] = [];
  const resource = { ...resourceOf(props), type, getConfig: () => settings };
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
    assert.deepEqual(
      violations(rule, "pulumi:index:Stash", { input: { phase: "pre-deploy", cluster: "main", object } }),
      ["this is wrong (from web/hooks.yaml). Mend it."],
    );
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

  it("names the field, and the part of the rule", () => {
    const rule = objectRule({
      ...metadata,
      check: () => [{ message: "hostNetwork is true", path: ["spec", "hostNetwork"], control: "host-namespaces" }],
    });
    assert.deepEqual(violations(rule, deployment, pod()), [
      "host-namespaces: hostNetwork is true (at spec.hostNetwork). Mend it.",
    ]);
  });

  it("lets an object pass until its exception ends, and says that it has ended", () => {
    const always = ruleThat(() => ["this is wrong"]);
    const exceptions = (object: string, expires: string): JsonObject => ({
      exceptions: [{ object, expires, reason: "moving", owner: "team" }],
    });
    const objectName = "main/_/Pod/web";
    assert.deepEqual(violations(always, deployment, pod(), exceptions(objectName, "2999-01-01")), []);
    assert.deepEqual(violations(always, deployment, pod(), exceptions("main/*/Pod/*", "2999-01-01")), []);
    assert.equal(violations(always, deployment, pod(), exceptions("main/_/Pod/we", "2999-01-01")).length, 1);
    assert.deepEqual(violations(always, deployment, pod(), exceptions(objectName, "2020-02-29")), [
      "this is wrong; its exception (team) ended on 2020-02-29. Mend it.",
    ]);
  });

  it("is switched off by an annotation only where it may be waived", () => {
    const always = ruleThat(() => ["this is wrong"]);
    const waived = { ...pod(), metadata: { name: "web", annotations: { "driftless.dev/waive": "other, a-rule" } } };
    assert.deepEqual(violations(always, deployment, waived, { waivable: true }), []);
    assert.equal(violations(always, deployment, waived).length, 1);
    assert.equal(violations(always, deployment, pod(), { waivable: true }).length, 1);
  });

  it("has the level that it says", () => {
    for (const rule of rules) assert.equal(toPolicy(rule).enforcementLevel, rule.level);
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
      assert.deepEqual(messagesOf(rule, pod()), []);
      assert.deepEqual(messagesOf(rule, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" } }), []);
    }
  });
});
