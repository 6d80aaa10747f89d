import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DeliveryEnvironment } from "./delivery-environment.ts";

/** A row of the table: what somebody does, by kubectl in the namespace `shop`, and all that is to be said of it. */
export interface DriftRow {
  readonly name: string;
  readonly make: readonly string[] | ((dev: DeliveryEnvironment) => Promise<unknown>);
  /** `<object> <kind of difference> <path> [<manager>]`, or `<object> <verdict>`. None: it is no drift. */
  readonly says?: readonly string[];
}

/** A merge patch on an object. */
export const merge = (object: string, patch: string, ...more: readonly string[]): readonly string[] => [
  ...["patch", object, "--type=merge", "-p", patch, ...more],
];
const json = (object: string, patch: string): readonly string[] => ["patch", object, "--type=json", "-p", patch];
const strategic = (object: string, patch: string): readonly string[] => ["patch", object, "-p", patch];
const controller = "--field-manager=kube-controller-manager";
const container = "spec.template.spec.containers[name=web]";

/** What goes on on a cluster while nobody changes anything. Every one of these is written by a real API server. */
export const noise: readonly DriftRow[] = [
  {
    name: "an autoscaler scales what it is left",
    make: merge("deploy/auto", '{"spec":{"replicas":3}}', "--subresource=scale", controller),
  },
  { name: "a field is changed that a rule names by a path of jq", make: merge("cm/tuned", '{"data":{"key":"7"}}') },
  {
    name: "an operator writes what a rule leaves to it",
    make: merge("cm/operated", '{"data":{"more":"x"}}', "--field-manager=operator"),
  },
  {
    name: "a label of a namespace is left to others by a rule of the environment",
    make: ["label", "namespace/shop", "team=a"],
  },
  {
    name: "a controller writes a status",
    make: merge("deploy/web", '{"status":{"observedGeneration":9}}', "--subresource=status", controller),
  },
  {
    name: "an operator writes the status of a custom resource",
    make: merge("widget/gadget", '{"status":{"phase":"Ready"}}', "--subresource=status"),
  },
  {
    name: "the controller of Deployments counts rollouts",
    make: ["annotate", "deploy/web", "deployment.kubernetes.io/revision=9", "--overwrite", controller],
  },
  { name: "pods are deleted and come again", make: ["delete", "pod", "-l", "app=web"] },
  {
    name: "a quantity is written in another way",
    make: strategic("deploy/web", limits('{"cpu":"0.1","memory":"65536Ki"}')),
  },
  {
    name: "a port is a text in one place and a number in another",
    make: merge("netpol/web", '{"spec":{"ingress":[{"from":[{"podSelector":{}}],"ports":[{"port":80}]}]}}'),
  },
  {
    name: "a list in which order means nothing is written in another order",
    make: merge("role/reader", rules("list", "get")),
  },
  { name: "an object is written again as it is, and defaulted again", make: (dev) => replace(dev, "service/web") },
  { name: "an object goes through the admission webhook again", make: (dev) => replace(dev, "deployment/mesh") },
  {
    name: "the webhook puts back a sidecar that was removed",
    make: json("deploy/mesh", '[{"op":"remove","path":"/spec/template/spec/containers/1"}]'),
  },
  { name: "another tool applies what is there already", make: applyAgain },
  { name: "a leader is elected", make: (dev) => create(dev, lease) },
  { name: "an object of another environment lies beside ours", make: (dev) => stray(dev, "foreign", "test") },
  { name: "an object of somebody else has no label of ours", make: ["create", "configmap", "theirs"] },
  { name: "a token is made for an account", make: ["create", "token", "default"] },
];

/** What somebody can do to live objects. Each is found as soon as it is there, and nothing else is. */
export const drifts: readonly DriftRow[] = [
  {
    name: "an image changed",
    make: ["set", "image", "deploy/web", "web=registry.example.com/web:by-hand"],
    says: [`web changed ${container}.image kubectl-set`],
  },
  {
    name: "replicas scaled that nobody ignores",
    make: ["scale", "deploy/web", "--replicas=2"],
    says: ["web changed spec.replicas"],
  },
  {
    name: "a variable added to a container",
    make: ["set", "env", "deploy/worker", "ADDED=by-hand"],
    says: [`worker added ${container}.env kubectl-set`],
  },
  {
    name: "a variable of a container changed",
    make: ["set", "env", "deploy/levelled", "LEVEL=debug"],
    says: [`levelled changed ${container}.env[name=LEVEL].value kubectl-set`],
  },
  {
    name: "a container added",
    make: strategic("deploy/worker", template('{"containers":[{"name":"more","image":"x:1"}]}')),
    says: ["worker added spec.template.spec.containers[name=more] kubectl-patch"],
  },
  {
    name: "a container added that runs first",
    make: strategic("deploy/levelled", template('{"initContainers":[{"name":"first","image":"x:1"}]}')),
    says: ["levelled added spec.template.spec.initContainers kubectl-patch"],
  },
  {
    name: "a volume added",
    make: strategic("deploy/auto", template('{"volumes":[{"name":"extra","emptyDir":{}}]}')),
    says: ["auto added spec.template.spec.volumes kubectl-patch"],
  },
  {
    name: "a limit removed",
    make: json("deploy/auto", '[{"op":"remove","path":"/spec/template/spec/containers/0/resources/limits/memory"}]'),
    says: [`auto removed ${container}.resources.limits.memory`],
  },
  {
    name: "a default changed that nobody had set",
    make: merge("deploy/auto", '{"spec":{"revisionHistoryLimit":2}}'),
    says: ["auto changed spec.revisionHistoryLimit kubectl-patch"],
  },
  {
    name: "a rollout started by hand",
    make: ["rollout", "restart", "deploy/mesh"],
    says: ['mesh added spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"] kubectl-rollout'],
  },
  {
    name: "an injected sidecar changed",
    make: ["set", "image", "deploy/mesh", "proxy=registry.example.com/proxy:evil"],
    says: ["mesh changed spec.template.spec.containers[name=proxy].image kubectl-set"],
  },
  {
    name: "a port added",
    make: strategic("svc/web", '{"spec":{"ports":[{"name":"more","port":81}]}}'),
    says: ["web added spec.ports[name=more] kubectl-patch"],
  },
  {
    name: "a port changed",
    make: json("svc/web", '[{"op":"replace","path":"/spec/ports/1/targetPort","value":9090}]'),
    says: ["web changed spec.ports[name=http].targetPort kubectl-patch"],
  },
  {
    name: "a selector extended",
    make: merge("svc/web", '{"spec":{"selector":{"only":"mine"}}}'),
    says: ["web added spec.selector.only kubectl-patch"],
  },
  {
    name: "a right added to a role",
    make: merge("role/reader", rules("get", "list", "delete")),
    says: ["reader added rules[0].verbs[=delete] kubectl-patch"],
  },
  {
    name: "an autoscaler changed",
    make: merge("hpa/auto", '{"spec":{"maxReplicas":50}}'),
    says: ["auto changed spec.maxReplicas kubectl-patch"],
  },
  {
    name: "a value of a ConfigMap changed",
    make: merge("cm/settings", '{"data":{"key":"2"}}'),
    says: ["settings changed data.key kubectl-patch"],
  },
  {
    name: "a key added to a ConfigMap",
    make: merge("cm/settings", '{"data":{"more":"2"}}'),
    says: ["settings added data.more kubectl-patch"],
  },
  {
    name: "a key removed from a ConfigMap",
    make: json("cm/fields", '[{"op":"remove","path":"/data/key"}]'),
    says: ["fields removed data"],
  },
  {
    name: "a label added",
    make: ["label", "cm/marked", "team=a"],
    says: ["marked added metadata.labels.team kubectl-label"],
  },
  {
    name: "an annotation added",
    make: ["annotate", "cm/marked", "note=b"],
    says: ["marked added metadata.annotations.note kubectl-annotate"],
  },
  {
    name: "an annotation of Git changed",
    make: ["annotate", "cm/noted", "owner=me", "--overwrite"],
    says: ["noted changed metadata.annotations.owner kubectl-annotate"],
  },
  {
    name: "a finalizer added",
    make: merge("cm/noted", '{"metadata":{"finalizers":["example.com/keep"]}}'),
    says: ["noted added metadata.finalizers kubectl-patch"],
  },
  {
    name: "our label taken off",
    make: ["label", "cm/unlabelled", "app.kubernetes.io/managed-by-"],
    says: ['unlabelled removed metadata.labels["app.kubernetes.io/managed-by"]'],
  },
  {
    name: "a label of a namespace added",
    make: ["label", "namespace/shop", "pod-security.kubernetes.io/enforce=privileged", "--overwrite"],
    says: ['shop changed metadata.labels["pod-security.kubernetes.io/enforce"] kubectl-label'],
  },
  {
    name: "a field of a custom resource changed",
    make: merge("widget/gadget", '{"spec":{"size":7}}'),
    says: ["gadget changed spec.size kubectl-patch"],
  },
  {
    name: "a field added to a custom resource",
    make: merge("widget/gadget", '{"spec":{"extra":{"deep":true}}}'),
    says: ["gadget added spec.extra kubectl-patch"],
  },
  { name: "an object deleted", make: ["delete", "cm/gone"], says: ["gone deleted"] },
  {
    name: "an object deleted that a finalizer holds",
    make: ["delete", "cm/held", "--wait=false"],
    says: ["held deleted"],
  },
  { name: "an object deleted, and another made", make: (dev) => remake(dev, "again"), says: ["again recreated"] },
  {
    name: "an object deleted, and made again as it was",
    make: (dev) => remakeSame(dev, "same"),
    says: ["same recreated"],
  },
  {
    name: "an object that says that it is ours, and that nothing of ours made",
    make: (dev) => stray(dev, "stray", "dev"),
    says: ["stray orphan"],
  },
  // The last ones: from here on every scan asks the engine for the key of the hashes.
  {
    name: "a value of a Secret changed",
    make: merge("secret/token", '{"stringData":{"token":"after-0815"}}'),
    says: ["token changed data.token kubectl-patch"],
  },
  {
    name: "a key added to a Secret",
    make: merge("secret/token", '{"stringData":{"more":"after-0815"}}'),
    says: ["token added data.more kubectl-patch"],
  },
];

function limits(text: string): string {
  return template(`{"containers":[{"name":"web","resources":{"limits":${text}}}]}`);
}

function template(text: string): string {
  return `{"spec":{"template":{"spec":${text}}}}`;
}

function rules(...verbs: readonly string[]): string {
  return JSON.stringify({ rules: [{ apiGroups: [""], resources: ["configmaps"], verbs }] });
}

const lease = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "leader" },
  spec: { holderIdentity: "one", leaseDurationSeconds: 15 },
};

/** Creates an object as it stands. */
export async function create(dev: DeliveryEnvironment, object: object): Promise<void> {
  await write(dev, object, "create");
}

async function write(dev: DeliveryEnvironment, object: object, ...args: readonly string[]): Promise<void> {
  const file = join(dev.cluster.folder, "object.json");
  await writeFile(file, JSON.stringify(object));
  await dev.kubectl(...args, "-f", file);
}

interface LiveObject {
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** An object as it is, without its version and what is known of it. */
async function read(dev: DeliveryEnvironment, object: string): Promise<LiveObject> {
  const live = JSON.parse(await dev.kubectl("get", object, "-o", "json")) as LiveObject;
  const { name, namespace, labels, annotations } = live.metadata;
  return { ...live, metadata: { name, namespace, labels, annotations } };
}

async function replace(dev: DeliveryEnvironment, object: string): Promise<void> {
  await write(dev, await read(dev, object), "replace");
}

async function remakeSame(dev: DeliveryEnvironment, name: string): Promise<void> {
  const same = await read(dev, `configmap/${name}`);
  await dev.kubectl("delete", "configmap", name);
  await create(dev, same);
}

async function remake(dev: DeliveryEnvironment, name: string): Promise<void> {
  await dev.kubectl("delete", "configmap", name);
  await dev.kubectl("create", "configmap", name, "--from-literal=key=1");
}

async function applyAgain(dev: DeliveryEnvironment): Promise<void> {
  const plain = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "plain" }, data: { key: "1" } };
  await write(dev, plain, "apply", "--server-side", "--field-manager=second-tool");
}

/** An object with our label, of an environment. */
function stray(dev: DeliveryEnvironment, name: string, environment: string): Promise<void> {
  const labels = { "app.kubernetes.io/managed-by": "driftless" };
  const annotations = { "driftless.dev/environment": environment, "driftless.dev/application": "web" };
  return create(dev, { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels, annotations } });
}
