import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { readFolder } from "../../demo/read-folder.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { driftless } from "../support/command-line.ts";
import { environmentText } from "../support/environment-text.ts";
import { createTestProject, repository, type TestProject } from "../support/pulumi-project.ts";

const shop = join(
  process.env["DRIFTLESS_REALWORLD"] ?? join(repository, "..", "shared", "realworld"),
  "online-boutique",
);

/** Its Deployments; all but the database have a ServiceAccount of their own. */
const services = [
  ...["adservice", "cartservice", "checkoutservice", "currencyservice", "emailservice", "frontend", "loadgenerator"],
  ...["paymentservice", "productcatalogservice", "recommendationservice", "shippingservice"],
];
const deployments = [...services, "redis-cart"].map((name) => `Deployment.apps/${name}`);

/**
 * What the manifests break under the preset `restricted`, read out of them by hand: by rule and part of it, the objects.
 * Everything else that the preset asks for they keep: capabilities, privileges, users, tags, probes, network of the host.
 */
const expected: Readonly<Record<string, readonly string[]>> = {
  // No pod and no container names a seccomp profile.
  "pod-security seccomp-profile-restricted": deployments,
  // Nothing says automountServiceAccountToken, and no program of the shop calls the API server.
  "service-account-token-automount": [...deployments, ...services.map((name) => `ServiceAccount/${name}`)],
  // Its init container waits for the frontend, without any resources.
  "resource-limits-required": ["Deployment.apps/loadgenerator"],
  "resource-requests-required": ["Deployment.apps/loadgenerator"],
  // The shop window on the internet.
  "service-type-allowed": ["Service/frontend-external"],
  // Advice only in this preset: of all images, only that of the init container has a digest.
  "image-digest-required": deployments,
};

const checked = z.object({
  violations: z.array(z.object({ rule: z.string(), level: z.string(), object: z.string(), what: z.string() })),
});

describe("Online Boutique under the preset restricted", function () {
  this.timeout(120_000);
  let project: TestProject | undefined;

  before(function () {
    if (!existsSync(shop)) this.skip();
  });
  after(() => project?.remove());

  it("breaks exactly what reading its manifests shows", async () => {
    project = await createTestProject();
    const revision = await project.commit(await readFolder(shop));
    await project.write(
      "environments/dev.yaml",
      environmentText(revision, {
        tenants: { boutique: { namespaces: ["boutique"], podSecurity: "restricted", quota: { pods: "50" } } },
        applications: { boutique: { tenant: "boutique", path: "release" } },
        policy: { preset: "restricted" },
      }),
    );
    const { stdout, stderr, exitCode } = await driftless(project, toolGroups.render, [
      "policy",
      "check",
      "dev",
      "--json",
    ]);
    assert.equal(exitCode, 1, stderr);
    const { violations } = checked.parse(JSON.parse(stdout));
    const found = violations.map(({ rule, object, what }) => {
      const [, , kind, name] = object.split("/");
      const control = rule === "pod-security" ? ` ${what.split(":", 1)[0] ?? ""}` : "";
      return `${rule}${control}: ${kind ?? ""}/${name ?? ""}`;
    });
    const wanted = Object.entries(expected).flatMap(([rule, objects]) => objects.map((object) => `${rule}: ${object}`));
    assert.deepEqual([...new Set(found)].sort(), wanted.sort());
    const advice = new Set(violations.filter(({ level }) => level === "advisory").map(({ rule }) => rule));
    assert.deepEqual([...advice], ["image-digest-required"]);
  });
});
