import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DriftlessError } from "../../../../core/errors/error.ts";
import { formatPlace } from "../../../../core/errors/finding.ts";
import { formatImageReference, parseImageReference } from "../../../../core/manifest/image-reference.ts";
import { applyImages, parseImages } from "../../../../core/manifest/images.ts";
import type { Manifest } from "../../../../core/manifest/manifest.ts";
import { parseManifests } from "../../../../core/manifest/parse.ts";

const digest = `sha256:${"0".repeat(64)}`;

describe("parseImageReference", () => {
  const references: readonly (readonly [string, object])[] = [
    ["web", { name: "web" }],
    ["web:1.0", { name: "web", tag: "1.0" }],
    ["localhost:5000/web", { name: "localhost:5000/web" }],
    ["localhost:5000/team/web:1.0", { name: "localhost:5000/team/web", tag: "1.0" }],
    [`ghcr.io/team/web@${digest}`, { name: "ghcr.io/team/web", digest }],
    [`ghcr.io/team/web:1.0@${digest}`, { name: "ghcr.io/team/web", tag: "1.0", digest }],
  ];
  for (const [image, reference] of references)
    it(`takes ${image} apart and puts it together again`, () => {
      assert.deepEqual(parseImageReference(image), reference);
      assert.equal(formatImageReference(parseImageReference(image)), image);
    });
});

describe("parseImages", () => {
  function problems(text: string): string[] {
    try {
      parseImages(text, "images.yaml");
    } catch (error) {
      if (error instanceof DriftlessError)
        return error.findings.map(({ code, place }) => `${code} ${formatPlace(place ?? { file: "?" })}`);
      throw error;
    }
    return [];
  }

  it("reads tags and digests by image name", () => {
    const text = `images:\n  localhost:5000/web: { tag: "1.10" }\n  api: { digest: "${digest}" }\n`;
    assert.deepEqual(parseImages(text, "images.yaml"), { "localhost:5000/web": { tag: "1.10" }, api: { digest } });
  });

  it("reports every error at once, with line and column", () => {
    const text =
      'images:\n  web: { tag: 1.10 }\n  api: {}\n  "db:1": { tag: x }\n  x: { tags: x, tag: "a b" }\nimage: {}\n';
    assert.deepEqual(problems(text).sort(), [
      "CONFIG_INVALID images.yaml:2:10 (images.web.tag)",
      "CONFIG_INVALID images.yaml:3:3 (images.api)",
      "CONFIG_INVALID images.yaml:4:3 (images.db:1)",
      "CONFIG_INVALID images.yaml:5:17 (images.x.tag)",
      "CONFIG_INVALID images.yaml:5:8 (images.x)",
      "CONFIG_INVALID images.yaml:6:1",
    ]);
  });

  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ["", ["CONFIG_INVALID images.yaml"]],
    ["- a\n", ["CONFIG_INVALID images.yaml:1:1"]],
    ["images: {}\n---\nimages: {}\n", ["CONFIG_INVALID images.yaml:3:1"]],
    ["images: {a: {tag: x}, a: {tag: y}}\n", ["YAML_DUPLICATE_KEY images.yaml:1:23"]],
    ["images: [\n", ["YAML_SYNTAX images.yaml:2:1"]],
    ["images: {__proto__: {tag: x}}\n", ["YAML_LIMIT images.yaml:1:10"]],
  ];
  for (const [text, expected] of wrong)
    it(`refuses ${JSON.stringify(text)}`, () => assert.deepEqual(problems(text), expected));
});

describe("applyImages", () => {
  const manifests = (text: string): readonly Manifest[] => parseManifests(text, "f").manifests;
  const pod = manifests(
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  initContainers: [{name: i, image: "api:1@' +
      digest +
      '"}]\n  containers: [{name: c, image: "localhost:5000/web:1"}, {name: d, image: other}, {name: e}]\n',
  );

  it("replaces tag and digest of the images that it names, in all lists of containers", () => {
    const { manifests: changed, unused } = applyImages(pod, {
      "localhost:5000/web": { tag: "2" },
      api: { tag: "2", digest },
      web: { tag: "3" },
    });
    assert.deepEqual(changed[0]?.object["spec"], {
      initContainers: [{ name: "i", image: `api:2@${digest}` }],
      containers: [{ name: "c", image: "localhost:5000/web:2" }, { name: "d", image: "other" }, { name: "e" }],
    });
    assert.deepEqual(unused, ["web"]);
    assert.deepEqual(changed[0]?.origin, pod[0]?.origin);
  });

  it("drops an old digest where only a tag is given, and an old tag where only a digest is", () => {
    const image = (override: object) =>
      JSON.stringify(applyImages(pod, { api: override }).manifests).match(/api[:@][^"]*/)?.[0];
    assert.equal(image({ tag: "2" }), "api:2");
    assert.equal(image({ digest }), `api@${digest}`);
  });

  it("finds containers in kinds that it does not know, but not images elsewhere", () => {
    const custom = manifests(
      "apiVersion: example.com/v1\nkind: Rollout\nmetadata: {name: a}\nspec:\n  image: web\n  jobs: [{template: {ephemeralContainers: [{image: web}]}}]\n",
    );
    assert.deepEqual(applyImages(custom, { web: { tag: "2" } }).manifests[0]?.object["spec"], {
      image: "web",
      jobs: [{ template: { ephemeralContainers: [{ image: "web:2" }] } }],
    });
  });

  it("shares what it does not change, and changes nothing of its input", () => {
    const before = structuredClone(pod);
    const { manifests: changed } = applyImages(pod, { api: { tag: "9" } });
    assert.deepEqual(pod, before);
    assert.equal(changed[0]?.object.metadata, pod[0]?.object.metadata);
    assert.equal(applyImages(pod, { none: { tag: "1" } }).manifests[0], pod[0]);
  });

  it("is not fooled by names that every object has", () => {
    const odd = manifests(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{image: "constructor:1"}]}\n',
    );
    assert.equal(applyImages(odd, {}).manifests[0], odd[0]);
  });
});
