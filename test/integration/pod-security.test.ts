import assert from "node:assert/strict";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { openConnection, type Connection } from "../../live/connection.ts";
import { fetchText } from "../../live/http.ts";
import type { Control } from "../../policies/pod-security/control.ts";
import { controls, controlsOf } from "../../policies/pod-security/controls.ts";
import { newestMinor } from "../../policies/pod-security/profile.ts";
import { podSecurity } from "../../policies/rules/pod-security.ts";
import { subject } from "../policies/evaluate.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { podFixtures } from "../support/pod-security-fixtures.ts";
import { anyPod, type MadePod } from "../support/pod-specs.ts";
import { servable } from "../support/servable-pod.ts";

/** What namespaces of the cluster enforce, each in a namespace of its own. */
interface Standard {
  readonly profile: "baseline" | "restricted";
  readonly version: string;
  readonly minor: number;
}

const standards: readonly Standard[] = [
  { profile: "baseline", version: "latest", minor: newestMinor },
  { profile: "restricted", version: "latest", minor: newestMinor },
  { profile: "restricted", version: "v1.24", minor: 24 },
];

function namespaceOf({ profile, minor }: Standard): string {
  return `${profile}-${minor}`;
}

/** Names of the controls that our rule finds violated. */
function violated(object: JsonObject, settings: JsonObject): ReadonlySet<string> {
  return new Set(podSecurity.checkSubject(subject(object), settings).map(({ control = "" }) => control));
}

/** How the admission of Kubernetes words what our controls find. */
const reasons: Readonly<Record<keyof typeof controls, RegExp>> = {
  "allow-privilege-escalation": /^allowPrivilegeEscalation != false$/,
  "app-armor-profile": /^forbidden AppArmor profiles?$/,
  "capabilities-baseline": /^non-default capabilities$/,
  "capabilities-restricted": /^unrestricted capabilities$/,
  "host-namespaces": /^host namespaces$/,
  "host-path-volumes": /^hostPath volumes$/,
  "host-ports": /^hostPort$/,
  "host-probes-and-host-lifecycle": /^probe or lifecycle host$/,
  privileged: /^privileged$/,
  "proc-mount": /^procMount$/,
  "proc-mount-restricted": /^procMount$/,
  "restricted-volumes": /^restricted volume types$/,
  "run-as-non-root": /^runAsNonRoot != true$/,
  "run-as-user": /^runAsUser=0$/,
  "se-linux-options": /^seLinuxOptions$/,
  "seccomp-profile-baseline": /^seccompProfile$/,
  "seccomp-profile-restricted": /^seccompProfile$/,
  sysctls: /^forbidden sysctls$/,
  "windows-host-process": /^hostProcess$/,
};

/** The controls that a refusal names. */
function refusedBy({ profile, minor }: Standard, message: string): ReadonlySet<string> {
  const list = /violates PodSecurity "[^"]*": (.*)$/s.exec(message)?.[1];
  assert.ok(list !== undefined, `not a refusal of the admission: ${message}`);
  const named = list.replaceAll(/ \((?:"(?:[^"\\]|\\.)*"|[^()"])*\)/g, "").split(", ");
  const active = controlsOf(profile, minor).map(({ name }) => name);
  return new Set(
    named.map((reason) => {
      const name = active.find((each) =>
        Object.entries(reasons).some(([key, form]) => key === each && form.test(reason)),
      );
      return name ?? assert.fail(`no control of ours for "${reason}" in: ${message}`);
    }),
  );
}

describe("pod-security beside the API server", function () {
  this.timeout(180_000);
  let cluster: TestCluster;
  let connection: Connection;

  before(async () => {
    cluster = await startTestCluster("pod-security");
    for (const standard of standards) {
      const namespace = namespaceOf(standard);
      const labels = [`enforce=${standard.profile}`, `enforce-version=${standard.version}`];
      await cluster.kubectl("create", "namespace", namespace);
      await cluster.kubectl(
        ...["label", "namespace", namespace],
        ...labels.map((label) => `pod-security.kubernetes.io/${label}`),
      );
      await cluster.kubectl("wait", "--for=create", `--namespace=${namespace}`, "serviceaccount/default");
    }
    connection = await openConnection(
      "main",
      { kubeconfig: { env: "KUBECONFIG" } },
      {
        project: ".",
        env: { KUBECONFIG: cluster.kubeconfig },
      },
    );
  });

  after(() => cluster.remove());

  /** Asks for the pod without creating it; undefined for a pod that no namespace would take. */
  async function answer(standard: Standard, pod: JsonObject): Promise<ReadonlySet<string> | undefined> {
    const url = new URL(`/api/v1/namespaces/${namespaceOf(standard)}/pods?dryRun=All`, connection.server);
    const body = { type: "application/json", text: JSON.stringify(pod) };
    const call = {
      method: "POST",
      url,
      accept: "application/json",
      body,
      signal: AbortSignal.timeout(30_000),
    } as const;
    const { status, text } = await fetchText(call, connection.call);
    if (status === 201) return new Set();
    if (status === 422) return undefined;
    assert.equal(status, 403, text);
    const { message } = z.object({ message: z.string() }).parse(JSON.parse(text));
    return refusedBy(standard, message);
  }

  it("finds the same controls violated, and no others", async () => {
    const tally = { accepted: 0, refused: 0 };
    const seen = new Set<string>();
    const compare = async ({ annotations, spec }: MadePod): Promise<void> => {
      const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", annotations }, spec };
      for (const standard of standards) {
        const theirs = await answer(standard, pod);
        if (theirs === undefined) return;
        const ours = violated(pod, { profile: standard.profile, version: standard.version });
        // In the network of the host, the cluster gives each port a port of the host before it looks.
        const ignored = spec["hostNetwork"] === true ? "host-ports" : "";
        const compared = (names: ReadonlySet<string>) => [...names].filter((name) => name !== ignored).sort();
        assert.deepEqual(compared(ours), compared(theirs), `${namespaceOf(standard)}: ${JSON.stringify(pod)}`);
        tally[theirs.size === 0 ? "accepted" : "refused"] += 1;
        for (const name of theirs) seen.add(name);
      }
    };
    const pods = fc.sample(anyPod, { seed: 20261122, numRuns: 700 }).map(servable).values();
    const worker = async (): Promise<void> => {
      for (const pod of pods) await compare(pod);
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    assert.ok(tally.accepted > 300 && tally.refused > 300, JSON.stringify(tally));
    assert.deepEqual([...seen].sort(), Object.keys(controls).sort());
  });
});

describe("pod-security on the fixtures of Kubernetes", function () {
  this.timeout(180_000);

  it("decides as they say, by the control that they are about, in every version of the standard", async function () {
    const fixtures = await podFixtures();
    if (fixtures === undefined) return this.skip();
    assert.ok(fixtures.length > 4000);
    for (const { file, profile, version, check, object, passes } of fixtures) {
      const found = violated(object, { profile, version });
      if (passes) assert.deepEqual([...found], [], file);
      else
        assert.ok(
          [...found].some((name) => isAbout(name, check)),
          `${file}: ${[...found].join(", ")}`,
        );
    }
  });
});

/** True if a control is that check of Kubernetes, or stands in for it. */
function isAbout(name: string, check: string): boolean {
  const all: readonly (readonly [string, Control])[] = Object.entries(controls);
  const meant = all.find(([, { kubernetesId }]) => kubernetesId.toLowerCase() === check)?.[0];
  return (
    meant !== undefined && all.some(([key, { overrides }]) => key === name && (name === meant || overrides === meant))
  );
}
