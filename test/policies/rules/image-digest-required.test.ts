import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { imageDigestRequired } from "../../../policies/rules/image-digest-required.ts";
import { messagesOf } from "../evaluate.ts";
import { pod } from "../objects.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("image-digest-required", () => {
  for (const image of [`nginx@${digest}`, `nginx:1.27@${digest}`, `registry.example.com:5000/team/web@${digest}`]) {
    it(`accepts ${image}`, () => assert.deepEqual(messagesOf(imageDigestRequired, pod({ image })), []));
  }

  for (const image of [
    "nginx",
    "nginx:1.27",
    "nginx@",
    "nginx@sha256:abc",
    "nginx:sha256",
    `nginx:${"a".repeat(64)}`,
  ]) {
    it(`refuses ${image}`, () => {
      assert.deepEqual(messagesOf(imageDigestRequired, pod({ image })), [
        `container "web" runs "${image}", which has no digest`,
      ]);
    });
  }

  it("leaves images that are not named to image-tag-required", () => {
    for (const image of ["", null, 7]) assert.deepEqual(messagesOf(imageDigestRequired, pod({ image })), []);
  });

  it("looks at init containers, ephemeral containers and image volumes", () => {
    const object = pod(
      {},
      {
        initContainers: [{ name: "migrate", image: "migrate:1" }],
        ephemeralContainers: [{ name: "debug", image: "debug:1" }],
        volumes: [{ image: { reference: "models/tiny:1" } }],
      },
    );
    assert.deepEqual(messagesOf(imageDigestRequired, object), [
      'init container "migrate" runs "migrate:1", which has no digest',
      'ephemeral container "debug" runs "debug:1", which has no digest',
      'volume number 1 mounts "models/tiny:1", which has no digest',
    ]);
  });

  it("asks none of the registries that the settings leave out", () => {
    const check = (image: string) => messagesOf(imageDigestRequired, pod({ image }), { except: ["ghcr.io/team"] });
    assert.deepEqual(check("ghcr.io/team/web:1"), []);
    assert.equal(check("ghcr.io/teamwork/web:1").length, 1);
  });
});
