import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { readWave, waveLimits } from "../../../../core/plan/wave.ts";
import { object, manifest, plan } from "./fixture.ts";

const ours = "driftless.dev/wave";
const argo = "argocd.argoproj.io/sync-wave";
const weight = "helm.sh/hook-weight";

const annotated = (annotations: Readonly<Record<string, string>>) =>
  object("v1", "ConfigMap", "a", { metadata: { annotations } });

describe("the wave of an object", () => {
  it("is 0 where nothing says otherwise, which is known", () => {
    assert.deepEqual(readWave(annotated({}), false), { wave: 0, explicit: false, problems: [] });
    assert.deepEqual(readWave(annotated({ [weight]: "5" }), false), { wave: 0, explicit: false, problems: [] });
  });

  const good: readonly [string, number][] = [
    ["0", 0],
    ["-0", 0],
    ["7", 7],
    ["+7", 7],
    ["-5", -5],
    [" 3 ", 3],
    ["007", 7],
    [`${waveLimits.max}`, waveLimits.max],
    [`${waveLimits.min}`, waveLimits.min],
  ];
  for (const name of [ours, argo]) {
    for (const [text, wave] of good) {
      it(`is ${wave} for ${name}: "${text}"`, () => {
        const reading = readWave(annotated({ [name]: text }), false);
        assert.deepEqual(reading, { wave, explicit: true, problems: [] });
        assert.ok(!Object.is(reading.wave, -0));
      });
    }
    for (const text of ["", "1.5", "1e3", "0x10", "first", "--1", "2147483648", "-2147483649", "9".repeat(40)]) {
      it(`is a problem for ${name}: "${text}"`, () => {
        const { problems } = readWave(annotated({ [name]: text }), false);
        assert.deepEqual(
          problems.map(({ code, field }) => [code, field]),
          [["SCHEMA_INVALID", `metadata.annotations["${name}"]`]],
        );
      });
    }
  }

  it("is the weight of a hook in Helm, unless a wave is named", () => {
    assert.equal(readWave(annotated({ [weight]: "-3" }), true).wave, -3);
    assert.equal(readWave(annotated({ [weight]: "-3", [argo]: "4" }), true).wave, 4);
    assert.equal(readWave(annotated({ [weight]: "heavy" }), true).problems.length, 1);
  });

  it("is a contradiction where two annotations name two waves, and none where they agree", () => {
    const { problems } = readWave(annotated({ [ours]: "1", [argo]: "2" }), false);
    assert.match(problems[0]?.message ?? "", /"driftless\.dev\/wave" says 1, but "argocd.*" says 2/);
    assert.deepEqual(readWave(annotated({ [ours]: "1", [argo]: "1" }), false).problems, []);
  });

  it("is reported with file and line where it is wrong", () => {
    const { findings } = plan({ web: [manifest(annotated({ [ours]: "one" }), { path: "a.yaml", line: 12 })] });
    assert.deepEqual(
      findings.map(({ code, severity, place }) => [code, severity, place?.file, place?.line]),
      [["SCHEMA_INVALID", "error", "a.yaml", 12]],
    );
  });

  it("orders the plan before anything else, and totally, whatever the order of the source", () => {
    const wave = fc.integer({ min: -3, max: 3 });
    const kind = fc.constantFrom("ConfigMap", "Secret", "Service");
    const objects = fc.uniqueArray(fc.tuple(wave, kind, fc.constantFrom("a", "b", "c")), {
      selector: ([, kindOf, name]) => `${kindOf} ${name}`,
      minLength: 1,
    });
    fc.assert(
      fc.property(objects, fc.nat(), (entries, turn) => {
        const manifests = entries.map(([at, kindOf, name]) =>
          manifest(object("v1", kindOf, name, { metadata: { annotations: { [ours]: `${at}` } } })),
        );
        const shift = turn % manifests.length;
        const turned = [...manifests.slice(shift), ...manifests.slice(0, shift)];
        const [first, second] = [plan({ web: manifests }).plan, plan({ web: turned }).plan];
        assert.deepEqual(first, second);
        const waves = first.applications[0]?.objects.map((planned) => planned.wave) ?? [];
        assert.deepEqual(
          waves,
          [...waves].sort((left, right) => left - right),
        );
      }),
      { numRuns: 50 },
    );
  });
});
