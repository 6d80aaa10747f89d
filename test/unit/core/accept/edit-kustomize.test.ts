import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { editKustomize } from "../../../../core/accept/edit-kustomize.ts";
import { EditedFiles } from "../../../../core/accept/edited-files.ts";
import { NotAccepted, type Subject } from "../../../../core/accept/subject.ts";
import type { Difference } from "../../../../core/drift/report.ts";
import { parseManifests } from "../../../../core/manifest/parse.ts";
import { objectSettings } from "../../../../core/plan/settings.ts";
import type { KustomizeOptions } from "../../../../core/render/options.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

const web = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  template:
    spec:
      containers:
        - { name: web, image: "shop/web:1", args: [a, b], env: [{ name: A, value: "1" }] }
`;
const base = { "base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": web };
const scaled: Difference = {
  path: "spec.replicas",
  steps: ["spec", "replicas"],
  kind: "changed",
  old: 1,
  new: 3,
  managers: [],
  ours: true,
};
const container = ["spec", "template", "spec", "containers", { name: "web" }] as const;
const change = (steps: Difference["steps"], kind: Difference["kind"], value?: Difference["new"]): Difference => ({
  ...scaled,
  ...{ path: JSON.stringify(steps), steps, kind },
  ...(value === undefined ? {} : { new: value }),
});

describe("Drift of a kustomization", () => {
  /** What is written; the object comes from `origin`, and is what `rendered` says. */
  async function edit(
    files: Readonly<Record<string, string>>,
    changes: readonly Difference[] | "removed",
    how: { origin?: string; rendered?: string; options?: Partial<KustomizeOptions>; patchOnly?: boolean } = {},
  ): Promise<Readonly<Record<string, string | null>>> {
    const { origin = "base/web.yaml", rendered = web, options, patchOnly = false } = how;
    const object = parseManifests(rendered, origin).manifests[0]?.object ?? assert.fail();
    const planned = {
      resourceName: "eu/shop/Deployment.apps/web",
      cluster: "eu",
      wave: 0,
      object,
      settings: objectSettings(object),
      origin: { path: origin },
    };
    const { name } = object.metadata;
    const subject: Subject = { application: "web", kind: "Deployment.apps", name, places: [{ planned, changes }] };
    const edited = new EditedFiles(memoryTree(files));
    const all = { components: [], labels: {}, annotations: {}, patches: [], replicas: {}, ...options };
    await editKustomize(edited, subject, { path: "dev", options: options === undefined ? undefined : all, patchOnly });
    return Object.fromEntries(edited.changes) as Record<string, string | null>;
  }

  const added = "accepted-deployment.apps-web.yaml";

  it("goes into a patch of its own where nothing of the overlay is about it", async () => {
    const files = { ...base, "dev/kustomization.yml": "resources:\n  - ../base # shared\n" };
    const written = await edit(files, [
      scaled,
      change([...container, "image"], "changed", "shop/web:2"),
      change([...container, "args", 1], "removed"),
      change([...container, "env", { name: "A" }], "removed"),
      change(["metadata", "labels", "team"], "removed"),
    ]);
    assert.deepEqual(Object.keys(written), [`dev/${added}`, "dev/kustomization.yml"]);
    assert.equal(
      written["dev/kustomization.yml"],
      `resources:\n  - ../base # shared\npatches:\n  - path: ${added}\n    target:\n      group: apps\n      version: v1\n      kind: Deployment\n      name: web\n`,
    );
    assert.deepEqual(parseManifests(written[`dev/${added}`] ?? "", "").manifests[0]?.object, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", labels: { team: null } },
      spec: {
        replicas: 3,
        template: {
          spec: {
            containers: [{ name: "web", image: "shop/web:2", args: ["a"], env: [{ name: "A", $patch: "delete" }] }],
          },
        },
      },
    });
  });

  it("goes into the patch that an earlier change has made", async () => {
    const first = await edit({ ...base, "dev/kustomization.yaml": "resources: [../base]\n" }, [scaled]);
    const files = { ...base, ...(first as Record<string, string>) };
    const again = await edit(files, [{ ...scaled, new: 4 }, change(["spec", "paused"], "added", true)]);
    assert.deepEqual(Object.keys(again), [`dev/${added}`]);
    assert.match(again[`dev/${added}`] ?? "", /^spec:\n {2}replicas: 4\n {2}paused: true\n$/m);
  });

  const patch = "kind: Deployment\napiVersion: apps/v1\nmetadata: { name: web }\nspec: { replicas: 1 } # why\n";
  const patches = (entry: string): Record<string, string> => ({
    ...base,
    "dev/kustomization.yaml": `resources: [../base]\n${entry}`,
    "dev/patch.yaml": patch,
    "patch.yaml": patch,
  });

  it("goes into a patch of the overlay that sets the field of this object alone", async () => {
    for (const entry of [
      "patches: [{ path: patch.yaml }]\n",
      "patches: [{ path: patch.yaml, target: { kind: Deployment, name: web } }]\n",
      "patchesStrategicMerge: [patch.yaml]\n",
    ]) {
      assert.deepEqual(await edit(patches(entry), [scaled]), {
        "dev/patch.yaml": patch.replace("replicas: 1", "replicas: 3"),
      });
    }
  });

  it("leaves patches alone that are about others too, are shared, or set something else", async () => {
    for (const entry of [
      "patches: [{ path: patch.yaml, target: { kind: Deployment } }]\n",
      "patches: [{ path: patch.yaml, target: { kind: Deployment, name: w.* } }]\n",
      'patches: [{ path: patch.yaml, target: { kind: Deployment, name: web, labelSelector: "a=b" } }]\n',
      "patches: [{ path: ../patch.yaml }]\n",
    ]) {
      assert.deepEqual(Object.keys(await edit(patches(entry), [scaled])), [`dev/${added}`, "dev/kustomization.yaml"]);
    }
    const other = await edit(patches("patches: [{ path: patch.yaml }]\n"), [change(["spec", "paused"], "added", true)]);
    assert.deepEqual(Object.keys(other), [`dev/${added}`, "dev/kustomization.yaml"]);
    const only = await edit(patches("patches: [{ path: patch.yaml }]\n"), [scaled], { patchOnly: true });
    assert.deepEqual(Object.keys(only), [`dev/${added}`, "dev/kustomization.yaml"]);
  });

  it("goes into `replicas` and `images`, which win over patches, by the names that they have inside", async () => {
    const rendered = web
      .replace("name: web }\nspec", "name: a-dev-web-z }\nspec")
      .replace("shop/web:1", "mirror/web:1");
    const file = `namePrefix: dev-\nnameSuffix: -z\nresources: [../base]\nreplicas: [{ name: web, count: 1 }]\nimages:\n- name: shop/web\n  newName: mirror/web # ours\n  newTag: "1"\n`;
    const image = change([...container, "image"], "changed", `mirror/web@sha256:${"a".repeat(64)}`);
    const files = { ...base, "dev/kustomization.yaml": file };
    const written = await edit(files, [scaled, image], { rendered, options: { namePrefix: "a-" } });
    assert.deepEqual(written, {
      "dev/kustomization.yaml": file
        .replace("count: 1", "count: 3")
        .replace('newTag: "1"', `digest: sha256:${"a".repeat(64)}`),
    });
  });

  it("goes into a manifest of the application's own folder, if that says what is applied", async () => {
    const files = { "dev/kustomization.yaml": "resources: [web.yaml] # own\n", "dev/web.yaml": web };
    const own = { origin: "dev/web.yaml" };
    assert.deepEqual(await edit(files, [scaled], own), { "dev/web.yaml": web.replace("replicas: 1", "replicas: 3") });
    const rewritten = await edit(files, [scaled], { ...own, rendered: web.replace("replicas: 1", "replicas: 2") });
    assert.deepEqual(Object.keys(rewritten), [`dev/${added}`, "dev/kustomization.yaml"]);
    assert.deepEqual(await edit(files, "removed", own), {
      "dev/web.yaml": null,
      "dev/kustomization.yaml": "resources: [] # own\n",
    });
  });

  it("that is gone is deleted by a patch where a base makes it", async () => {
    const written = await edit({ ...base, "dev/kustomization.yaml": "resources: [../base]\n" }, "removed");
    assert.match(written[`dev/${added}`] ?? "", /\n\$patch: delete\n$/);
  });

  it("is refused where a change would be one for others, or cannot last", async () => {
    const own = { "dev/kustomization.yaml": "resources: [../base]\n" };
    const shared = { ...base, ...own, "staging/kustomization.yaml": "resources: [../dev/]\n" };
    await assert.rejects(edit(shared, [scaled]), /staging\/kustomization\.yaml builds on dev/);
    await assert.rejects(edit({ ...base, ...own }, [scaled], { origin: "base/kustomization.yaml" }), /generator/);
    const options = { replicas: { web: 1 } };
    await assert.rejects(edit({ ...base, ...own }, [scaled], { options }), (error) => {
      return error instanceof NotAccepted && error.fix.includes("applications.web.kustomize.replicas.web");
    });
    await assert.rejects(edit({ ...base, "dev/Kustomization": "a: 1\n---\nb: 1\n" }, [scaled]), /is not one map/);
  });
});
