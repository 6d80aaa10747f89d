import { managedBy } from "../../core/plan/ownership.ts";
import { applicationName } from "../objects.ts";
import type { Kubectl } from "./kubectl.ts";

/** One way in which a live object stops being what was applied. Each has an object of its own. */
export interface DriftCase {
  /** What somebody did, for the table. */
  readonly name: string;
  /** `Kind/name`. */
  readonly object: string;
  /** What a report on the object has to say: a report on something else of it is no find. */
  readonly evidence: RegExp;
  /** Does it in one namespace. */
  make(kubectl: Kubectl): Promise<void>;
}

/** A custom resource that every contestant applies. */
export const widgetKind = { apiVersion: "bench.driftless.dev/v1", kind: "Widget", resource: "widgets" } as const;
/** The objects beyond those of the applications. */
export const widget = "gadget";

/** The table of drifts. What `orphan` is for a contestant, its own labels and annotations say. */
export function driftCases(ownership: Ownership): readonly DriftCase[] {
  let next = 0;
  const name = (): string => applicationName(next++);
  const made = (
    what: string,
    kind: string,
    evidence: RegExp,
    make: (kubectl: Kubectl, name: string) => Promise<void>,
  ) => {
    const object = name();
    return { name: what, object: `${kind}/${object}`, evidence, make: (kubectl: Kubectl) => make(kubectl, object) };
  };
  const run =
    (...args: readonly string[]) =>
    (kubectl: Kubectl, object: string) =>
      kubectl.run(...args.map((arg) => arg.replace("{}", object))).then(() => undefined);
  const merge = (kind: string, patch: string) => run("patch", `${kind}/{}`, "--type=merge", "-p", patch);
  const json = (kind: string, patch: string) => run("patch", `${kind}/{}`, "--type=json", "-p", patch);
  return [
    made(
      "image of a container changed",
      "Deployment",
      /by-hand/,
      run("set", "image", "deploy/{}", "main=registry.example.com/bench/main:by-hand"),
    ),
    made("replicas changed by scaling", "Deployment", /replicas/, run("scale", "deploy/{}", "--replicas=2")),
    made("variable added to a container", "Deployment", /BY_HAND/, run("set", "env", "deploy/{}", "BY_HAND=1")),
    made(
      "container added",
      "Deployment",
      /by-hand/,
      json(
        "deploy",
        '[{"op":"add","path":"/spec/template/spec/containers/-","value":{"name":"by-hand","image":"registry.example.com/bench/main:1.0.0"}}]',
      ),
    ),
    made(
      "limit of memory removed",
      "Deployment",
      /memory/,
      json("deploy", '[{"op":"remove","path":"/spec/template/spec/containers/0/resources/limits/memory"}]'),
    ),
    made(
      "default changed that Git does not set",
      "Deployment",
      /maxSurge/,
      merge("deploy", '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0}}}}'),
    ),
    made(
      "restarted by hand (annotation of the pods)",
      "Deployment",
      /restartedAt/,
      run("rollout", "restart", "deploy/{}"),
    ),
    made(
      "port added",
      "Service",
      /8443/,
      json("svc", '[{"op":"add","path":"/spec/ports/-","value":{"name":"more","port":8443}}]'),
    ),
    made(
      "port changed",
      "Service",
      /targetPort|9090/,
      json("svc", '[{"op":"replace","path":"/spec/ports/0/targetPort","value":9090}]'),
    ),
    made("label added to a selector", "Service", /by-hand/, merge("svc", '{"spec":{"selector":{"by-hand":"yes"}}}')),
    made("value changed", "ConfigMap", /LOG_LEVEL|debug/, merge("cm", '{"data":{"LOG_LEVEL":"debug"}}')),
    made("key added", "ConfigMap", /BY_HAND/, merge("cm", '{"data":{"BY_HAND":"1"}}')),
    made("key removed", "ConfigMap", /LOG_LEVEL/, json("cm", '[{"op":"remove","path":"/data/LOG_LEVEL"}]')),
    made("value changed", "Secret", /token/, merge("secret", '{"stringData":{"token":"by-hand"}}')),
    made("key added", "Secret", /BY_HAND/, merge("secret", '{"stringData":{"BY_HAND":"1"}}')),
    made("label added", "ServiceAccount", /by-hand/, run("label", "sa/{}", "by-hand=yes")),
    made("annotation added", "ConfigMap", /by-hand/, run("annotate", "cm/{}", "by-hand=yes")),
    made(
      "label removed",
      "ServiceAccount",
      /app\.kubernetes\.io\/name/,
      run("label", "sa/{}", "app.kubernetes.io/name-"),
    ),
    made("deleted", "ConfigMap", /delete|create/, run("delete", "cm/{}")),
    made(
      "deleted, and another one made",
      "ServiceAccount",
      /./,
      recreate("sa", () => ({})),
    ),
    made(
      "deleted, and made again as it was",
      "ConfigMap",
      /./,
      recreate("cm", (same) => same),
    ),
    {
      name: "field of a custom resource changed",
      object: `${widgetKind.kind}/${widget}`,
      evidence: /size/,
      make: async (kubectl) => {
        await kubectl.run("patch", `${widgetKind.resource}/${widget}`, "--type=merge", "-p", '{"spec":{"size":7}}');
      },
    },
    {
      name: "object with the marks of the tool that no source has",
      object: "ConfigMap/stray",
      evidence: /./,
      make: (kubectl) =>
        kubectl.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "stray", ...ownership }, data: {} }),
    },
  ];
}

/** Marks by which a tool knows its objects. */
export interface Ownership {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** How Driftless marks the objects of an application. */
export const driftlessMarks: Ownership = {
  labels: { [managedBy.label]: managedBy.value },
  annotations: { "driftless.dev/environment": "bench", "driftless.dev/application": applicationName(0) },
};

/** kubectl has none. */
export const noMarks: Ownership = { labels: {}, annotations: {} };

/** How Flux marks the objects of a Kustomization. */
export const fluxMarks: Ownership = {
  labels: { "kustomize.toolkit.fluxcd.io/name": "bench", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" },
  annotations: {},
};

/** Deletes an object and makes another one of its name, with those of its fields that `keep` gives. */
function recreate(kind: string, keep: (fields: object) => object) {
  return async (kubectl: Kubectl, name: string): Promise<void> => {
    const { apiVersion, kind: full, metadata, ...fields } = await kubectl.read(`${kind}/${name}`);
    const { labels, annotations } = metadata;
    await kubectl.run("delete", `${kind}/${name}`);
    const kept = keep({ ...fields, metadata: { name, labels, annotations } });
    await kubectl.create({ apiVersion, kind: full, metadata: { name }, ...kept });
  };
}
