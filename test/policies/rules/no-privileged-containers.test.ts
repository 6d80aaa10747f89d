import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { noPrivilegedContainers } from "../../../policies/rules/no-privileged-containers.ts";
import { messagesOf } from "../evaluate.ts";
import { pod } from "../objects.ts";

const accepted: JsonObject[] = [
  {},
  { securityContext: null },
  { securityContext: {} },
  { securityContext: { privileged: null } },
  { securityContext: { privileged: false } },
];

describe("no-privileged-containers", () => {
  for (const container of accepted) {
    it(`accepts ${JSON.stringify(container)}`, () => {
      assert.deepEqual(messagesOf(noPrivilegedContainers, pod(container), {}), []);
    });
  }

  for (const privileged of [true, "true", 1]) {
    it(`refuses privileged: ${JSON.stringify(privileged)}`, () => {
      assert.deepEqual(messagesOf(noPrivilegedContainers, pod({ securityContext: { privileged } }), {}), [
        `container "web" sets securityContext.privileged to ${JSON.stringify(privileged)}`,
      ]);
    });
  }

  it("looks at init containers and ephemeral containers", () => {
    const privileged = (name: string) => [{ name, securityContext: { privileged: true } }];
    const object = pod({}, { initContainers: privileged("migrate"), ephemeralContainers: privileged("debug") });
    assert.deepEqual(messagesOf(noPrivilegedContainers, object, {}), [
      'init container "migrate" sets securityContext.privileged to true',
      'ephemeral container "debug" sets securityContext.privileged to true',
    ]);
  });
});
