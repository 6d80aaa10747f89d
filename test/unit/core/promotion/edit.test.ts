import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { EditedFiles } from "../../../../core/accept/edited-files.ts";
import { NotAccepted } from "../../../../core/accept/subject.ts";
import { parseImageReference } from "../../../../core/manifest/image-reference.ts";
import { editPromotedImage } from "../../../../core/promotion/edit.ts";
import type { RendererName } from "../../../../core/render/renderer.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

const digest = `sha256:${"a".repeat(64)}`;

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly renderer?: RendererName;
  /** Default: `web:2`. */
  readonly now?: string;
  readonly images?: string;
  readonly values?: readonly string[];
}

/** What becomes of files when `web:1` of an application in the folder `app` is to be another version. */
async function edit({ files, renderer = "manifests", now = "web:2", images, values = [] }: Case): Promise<string> {
  const edited = new EditedFiles(memoryTree(files));
  const source = { path: ".", images };
  const applications = new Map([["web", { renderer, path: "app", values }]]);
  const image = { application: "web", old: parseImageReference("web:1"), now: parseImageReference(now) };
  const file = await editPromotedImage(edited, { source, applications }, image);
  assert.deepEqual([...edited.changes.keys()], [file]);
  return `${file}: ${String(edited.changes.get(file))}`;
}

describe("the version of an image that is promoted", () => {
  const list = "images.yaml";
  const kustomization = "app/kustomization.yaml";
  const rows: readonly (readonly [string, Case, string])[] = [
    [
      "images.yaml, and nothing else in it",
      { files: { [list]: 'images:   # all\n  web: {tag: "1"}\r\n  api: { tag: "1" }\n' }, images: list },
      'images.yaml: images:   # all\n  web: {tag: "2"}\r\n  api: { tag: "1" }\n',
    ],
    [
      "images.yaml with a digest, which is added",
      { files: { [list]: 'images:\n  web: { tag: "1" }\n' }, images: list, now: `web:2@${digest}` },
      `images.yaml: images:\n  web: { tag: "2", digest: ${digest} }\n`,
    ],
    [
      "images.yaml without the digest of the old one",
      { files: { [list]: `images:\n  web:\n    tag: "1"\n    digest: ${digest}\n` }, images: list },
      'images.yaml: images:\n  web:\n    tag: "2"\n',
    ],
    [
      "the kustomization of the application",
      { files: { [kustomization]: "images:\n- name: web\n  newTag: '1' # now\n" }, renderer: "kustomize" },
      "app/kustomization.yaml: images:\n- name: web\n  newTag: '2' # now\n",
    ],
    [
      "the kustomization, by the name that it gives the image",
      { files: { [kustomization]: 'images: [{ name: x, newName: web, newTag: "1" }]\n' }, renderer: "kustomize" },
      'app/kustomization.yaml: images: [{ name: x, newName: web, newTag: "2" }]\n',
    ],
    [
      "the last values file that has it",
      {
        files: {
          "a.yaml": "image: web:1\n",
          "app/b.yaml": "image:\n    repository: web\n    tag: v\n",
          "c.yaml": "x: [web:1]\n",
        },
        renderer: "helm",
        values: ["/a.yaml", "b.yaml", "/c.yaml", "*.yaml"],
      },
      "c.yaml: x: [web:2]\n",
    ],
    [
      "a map of repository and tag, with a registry or without",
      { files: { "app/b.yaml": 'image: { repository: web, tag: "1" }\n' }, renderer: "helm", values: ["b.yaml"] },
      'app/b.yaml: image: { repository: web, tag: "2" }\n',
    ],
    [
      "a new entry of images.yaml where nothing else names it",
      {
        files: { [list]: 'images:\n  api: { tag: "1" }\n', [kustomization]: "resources: []\n" },
        renderer: "kustomize",
        images: list,
      },
      'images.yaml: images:\n  api: { tag: "1" }\n  web:\n    tag: "2"\n',
    ],
  ];
  for (const [what, given, expected] of rows) {
    it(`is written to ${what}`, async () => assert.equal(await edit(given), expected));
  }
  it("is not written where no file of the environment says it", async () => {
    await assert.rejects(edit({ files: { "app/web.yaml": "" } }), NotAccepted);
  });
  it("is not written to a kustomization that others build on", async () => {
    const files = {
      [kustomization]: "images: [{ name: web, newTag: '1' }]\n",
      "other/kustomization.yaml": "resources: [../app]\n",
    };
    await assert.rejects(edit({ files, renderer: "kustomize" }), /other\/kustomization\.yaml builds on app/);
  });
});
