import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { fieldPath } from "../../../core/plan/path.ts";
import { controls, controlsOf, type ControlName } from "../../../policies/pod-security/controls.ts";
import { podOf } from "../../../policies/pod-security/pod.ts";
import { newestMinor } from "../../../policies/pod-security/profile.ts";
import { podsOf } from "../../../core/manifest/pods.ts";
import { baselineCases } from "./baseline-cases.ts";
import type { Case } from "./case.ts";
import { restrictedCases } from "./restricted-cases.ts";

const cases: Readonly<Record<ControlName, readonly Case[]>> = { ...baselineCases, ...restrictedCases };

function found(name: string, profile: "baseline" | "restricted", minor: number, pod: JsonObject): readonly string[] {
  const active = controlsOf(profile, minor).find((control) => control.name === name);
  return podsOf(pod)
    .map(podOf)
    .flatMap((each) => active?.check(each) ?? [])
    .map(({ path, message }) => `${fieldPath(path)}: ${message}`);
}

for (const [name, control] of Object.entries(controls)) {
  describe(`the control ${name}`, () => {
    const table = Object.entries(cases).find(([key]) => key === name)?.[1] ?? [];
    for (const { title, spec, annotations = {}, at = [newestMinor], found: expected } of table) {
      for (const minor of at) {
        it(`${expected.length === 0 ? "accepts" : "refuses"} a pod ${title} (1.${minor})`, () => {
          const pod = { kind: "Pod", metadata: { annotations }, spec };
          assert.deepEqual(found(name, control.profile, minor, pod), expected);
        });
      }
    }

    it("has pods that pass and pods that do not", () => {
      assert.ok(table.some(({ found }) => found.length === 0));
      assert.ok(table.some(({ found }) => found.length > 0));
    });

    it("is called as Kubernetes calls it, in kebab case", () => {
      const { kubernetesId } = control;
      assert.equal(name, kubernetesId.replaceAll(/[A-Z]+/g, (upper) => `-${upper.toLowerCase()}`).replaceAll("_", "-"));
    });
  });
}

describe("the controls of a profile", () => {
  const names = (profile: "baseline" | "restricted", minor: number) =>
    controlsOf(profile, minor).map(({ name }) => name);

  it("are those of baseline alone, or those of both without what another stands in for", () => {
    assert.deepEqual(names("baseline", 36), Object.keys(baselineCases));
    const overridden = ["capabilities-baseline", "host-path-volumes", "proc-mount", "seccomp-profile-baseline"];
    assert.deepEqual(
      names("restricted", 36),
      Object.keys(controls).filter((name) => !overridden.includes(name)),
    );
  });

  it("are fewer in older versions of the standard", () => {
    assert.ok(!names("baseline", 33).includes("host-probes-and-host-lifecycle"));
    assert.deepEqual(
      names("restricted", 0).filter((name) => !names("baseline", 0).includes(name)),
      ["restricted-volumes", "run-as-non-root"],
    );
    assert.ok(names("restricted", 34).includes("proc-mount"));
    assert.ok(names("restricted", 21).includes("capabilities-baseline"));
    assert.ok(names("restricted", 18).includes("seccomp-profile-baseline"));
  });
});
