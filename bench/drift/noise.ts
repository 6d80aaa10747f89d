import type { Arena } from "../contestants/contestant.ts";
import { applicationName, applicationObjects } from "../objects.ts";
import { widget, widgetKind } from "./cases.ts";
import { foundByDrift } from "./detectors.ts";
import { kubectlIn, without, type Kubectl } from "./kubectl.ts";
import { injectedDeployment, namespaces, scaledDeployment, type Driftless } from "./world.ts";

/** What was told of while only controllers were at work. */
export interface Noise {
  readonly minutes: number;
  /** Writes of ours in the manner of controllers; what the cluster's own controllers wrote because of them comes on top. */
  readonly writes: number;
  readonly scans: number;
  /** What was told of as drift. */
  readonly falseReports: readonly string[];
}

/** Plays minutes of a cluster's life without their waits, and looks for drift after every tenth. */
export async function makeNoise(arena: Arena, driftless: Driftless, kubectl: string, minutes: number): Promise<Noise> {
  const hands = kubectlIn(arena, kubectl, namespaces.driftless);
  const falseReports = new Set<string>();
  let writes = 0;
  let scans = 0;
  for (let minute = 1; minute <= minutes; minute++) {
    if (minute % 10 === 1) arena.progress(`noise: minute ${minute} of ${minutes}`);
    for (const write of noiseOf(arena, minute)) {
      await write(hands);
      writes += 1;
    }
    if (minute % 10 !== 0 && minute !== minutes) continue;
    const { stdout } = await driftless.run(["drift", "bench", "--json"], [0, 2]);
    scans += 1;
    for (const [object, text] of foundByDrift(stdout)) falseReports.add(`${object}: ${text}`);
  }
  return { minutes, writes, scans, falseReports: [...falseReports] };
}

type Write = (kubectl: Kubectl) => Promise<unknown>;

/** What is written in a minute in which nobody does anything. */
function noiseOf({ scale }: Arena, minute: number): readonly Write[] {
  const index = minute % scale.applications;
  const name = applicationName(index);
  const time = new Date().toISOString();
  const controller = "--field-manager=kube-controller-manager";
  const merge = (object: string, patch: object, ...more: readonly string[]): Write => {
    return (kubectl) => kubectl.run("patch", object, "--type=merge", "-p", JSON.stringify(patch), ...more);
  };
  const condition = { type: "Ready", status: "True", reason: "Reconciled", lastTransitionTime: time };
  return [
    // An autoscaler, through the subresource that it uses.
    merge(`deploy/${scaledDeployment}`, { spec: { replicas: 1 + (minute % 5) } }, "--subresource=scale", controller),
    // Controllers that tell of their work in a status.
    merge(
      `${widgetKind.resource}/${widget}`,
      { status: { minute, conditions: [condition] } },
      "--subresource=status",
      "--field-manager=widget-operator",
    ),
    merge(`deploy/${name}`, { status: { observedGeneration: minute } }, "--subresource=status", controller),
    // Controllers that note something on objects, and take it back where it is theirs.
    (kubectl) =>
      kubectl.run(
        "annotate",
        `deploy/${name}`,
        `deployment.kubernetes.io/revision=${minute}`,
        "--overwrite",
        controller,
      ),
    // Leader elections: objects of nobody's source.
    (kubectl) => kubectl.send(lease(time), "apply", "--server-side", "--field-manager=operator"),
    // Pods come and go: endpoints and statuses follow.
    (kubectl) => kubectl.run("delete", "pod", "-l", `app.kubernetes.io/name=${name}`, "--wait=false"),
    // The same objects again: as a whole, which defaults them again, and by another manager who wants the same.
    replaceAsItIs(`svc/${name}`),
    replaceAsItIs(`hpa/${scaledDeployment}`),
    // Through the admission webhook once more.
    replaceAsItIs(`deploy/${injectedDeployment}`),
    ...applicationObjects(scale, index, namespaces.driftless).map(
      (object): Write =>
        (kubectl) =>
          kubectl.send(object, "apply", "--server-side", "--field-manager=second-tool"),
    ),
    // Tokens for workloads.
    (kubectl) => kubectl.run("create", "token", name),
  ];
}

/** Writes an object as it is, without its version: somebody else may write it too. */
function replaceAsItIs(object: string): Write {
  return async (kubectl) => {
    const { metadata, ...rest } = await kubectl.read(object);
    await kubectl.send({ ...rest, metadata: without(metadata, "resourceVersion", "managedFields") }, "replace");
  };
}

function lease(renewTime: string): object {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "leader" },
    spec: { holderIdentity: "operator-1", leaseDurationSeconds: 15, renewTime: renewTime.replace("Z", "000Z") },
  };
}
