import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startGitServer } from "./git-server.ts";
import type { TestCluster } from "./local-cluster.ts";
import { deployment } from "./sample.ts";

/** A mutating admission webhook over https that gives pods of Deployments a sidecar, as service meshes do. */
export interface InjectingWebhook {
  /** How many objects it has changed. */
  readonly injected: () => number;
  /** Waits until the API server calls it: what is registered counts only a moment later. Fails if that never happens. */
  untilCalled(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the webhook and registers it for Deployments with the label `inject: "yes"`. */
export async function startInjectingWebhook(
  cluster: Pick<TestCluster, "kubectl">,
  folder: string,
): Promise<InjectingWebhook> {
  let injected = 0;
  const server = await startGitServer(folder, (request, response) => {
    injected += 1;
    void review(request, response);
    return true;
  });
  if (server === undefined) throw new Error("openssl is missing");
  const certificate = await readFile(server.certificate);
  const configuration = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "inject" },
    webhooks: [
      {
        name: "inject.example.com",
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        clientConfig: { url: `${server.address}/inject`, caBundle: certificate.toString("base64") },
        objectSelector: { matchLabels: { inject: "yes" } },
        rules: [
          { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["deployments"] },
        ],
      },
    ],
  };
  const file = join(folder, "webhook.json");
  await writeFile(file, JSON.stringify(configuration));
  await cluster.kubectl("apply", "-f", file);
  const untilCalled = async (): Promise<void> => {
    const probe = join(folder, "probe.yaml");
    await writeFile(
      probe,
      deployment("probe").replace("{ name: probe }", '{ name: probe, labels: { inject: "yes" } }'),
    );
    for (let look = 0; look < 100 && injected === 0; look += 1) {
      await cluster.kubectl("create", "-f", probe, "--dry-run=server");
      await sleep(100);
    }
    assert.ok(injected > 0, "the webhook was never called");
  };
  return { injected: () => injected, untilCalled, close: () => server.close() };
}

async function review(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const { request: asked } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { request: Review };
  const { containers } = asked.object.spec.template.spec;
  const sidecar = { name: "proxy", image: "registry.example.com/proxy:1.0.0" };
  const patch = containers.some(({ name }) => name === sidecar.name)
    ? []
    : [{ op: "add", path: "/spec/template/spec/containers/-", value: sidecar }];
  const answer = {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: {
      uid: asked.uid,
      allowed: true,
      patchType: "JSONPatch",
      patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
    },
  };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(answer));
}

interface Review {
  readonly uid: string;
  readonly object: {
    readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { name: string }[] } } };
  };
}
