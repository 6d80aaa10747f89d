import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { imageTagRequired } from "../../../policies/rules/image-tag-required.ts";
import { messagesOf } from "../evaluate.ts";
import { pod } from "../objects.ts";

const digest = `sha256:${"a".repeat(64)}`;

const accepted = [
  "nginx:1.27",
  "docker.io/library/nginx:1.27-alpine",
  "registry.example.com:5000/team/web:v1",
  `nginx@${digest}`,
  `nginx:latest@${digest}`,
  `registry.example.com:5000/team/web@${digest}`,
];

const refused: Record<string, string> = {
  nginx: 'container "web" runs "nginx", which has no tag',
  "nginx:": 'container "web" runs "nginx:", which has no tag',
  "nginx:latest": 'container "web" runs "nginx:latest", whose tag can move',
  "registry.example.com:5000/team/web": 'container "web" runs "registry.example.com:5000/team/web", which has no tag',
  "registry.example.com:5000/web:latest":
    'container "web" runs "registry.example.com:5000/web:latest", whose tag can move',
  "nginx@sha256:abc": 'container "web" runs "nginx@sha256:abc", which has no tag',
  "nginx@": 'container "web" runs "nginx@", which has no tag',
  "": 'container "web" names no image',
};

describe("image-tag-required", () => {
  for (const image of accepted) {
    it(`accepts ${image}`, () => assert.deepEqual(messagesOf(imageTagRequired, pod({ image }), {}), []));
  }

  for (const [image, message] of Object.entries(refused)) {
    it(`refuses "${image}"`, () => assert.deepEqual(messagesOf(imageTagRequired, pod({ image }), {}), [message]));
  }

  it("refuses an image that is no text", () => {
    assert.deepEqual(messagesOf(imageTagRequired, pod({ image: null }), {}), ['container "web" names no image']);
  });

  it("looks at images that are mounted as volumes", () => {
    const volumes = [
      { name: "model", image: { reference: "models/tiny" } },
      { name: "cache", emptyDir: {} },
    ];
    assert.deepEqual(messagesOf(imageTagRequired, pod({}, { volumes }), {}), [
      'volume "model" mounts "models/tiny", which has no tag',
    ]);
  });

  it("refuses other tags where the settings say so", () => {
    const check = (image: string) => messagesOf(imageTagRequired, pod({ image }), { forbiddenTags: ["edge"] });
    assert.deepEqual(check("nginx:edge"), ['container "web" runs "nginx:edge", whose tag can move']);
    assert.deepEqual(check("nginx:latest"), []);
  });

  it("refuses settings that it does not know", () => {
    assert.throws(
      () => messagesOf(imageTagRequired, pod(), { forbiddenTag: [] }),
      /policy.config.image-tag-required: .*forbiddenTag/,
    );
    assert.throws(
      () => messagesOf(imageTagRequired, pod(), { forbiddenTags: "latest" }),
      /policy.config.image-tag-required/,
    );
  });
});
