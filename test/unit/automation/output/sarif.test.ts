import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { z } from "zod";
import { formatSarif, formatSarifFailure } from "../../../../automation/output/sarif.ts";
import { analysis } from "./analysis.ts";

// The part of the published schema that is used, every object of it closed, with the bounds that it sets.
const text = z.strictObject({ text: z.string().min(1) });
const relative = z.string().regex(/^(?!\/)[A-Za-z0-9\-._~%!'()*/]+$/);
const location = z.strictObject({
  physicalLocation: z.strictObject({
    artifactLocation: z.strictObject({ uri: relative }),
    region: z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1).optional() }).optional(),
  }),
  logicalLocations: z
    .array(z.strictObject({ fullyQualifiedName: z.string(), kind: z.string() }))
    .min(1)
    .optional(),
});
const level = z.enum(["none", "note", "warning", "error"]);
const rule = z.strictObject({
  id: z.string(),
  shortDescription: text,
  help: text.optional(),
  helpUri: z.url().optional(),
  defaultConfiguration: z.strictObject({ level }),
  properties: z.looseObject({ tags: z.array(z.string()), "security-severity": z.string().optional() }),
});
const notification = z.strictObject({
  descriptor: z.strictObject({ id: z.string() }),
  level,
  message: text,
  locations: z.array(location).optional(),
});
const log = z.strictObject({
  $schema: z.url(),
  version: z.literal("2.1.0"),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.literal("driftless"),
            semanticVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
            rules: z.array(rule),
          }),
        }),
        columnKind: z.enum(["utf16CodeUnits", "unicodeCodePoints"]),
        automationDetails: z.strictObject({ id: z.string() }).optional(),
        versionControlProvenance: z
          .array(z.strictObject({ repositoryUri: z.string(), revisionId: z.string() }))
          .optional(),
        invocations: z.array(
          z.strictObject({
            executionSuccessful: z.boolean(),
            toolExecutionNotifications: z.array(notification).optional(),
          }),
        ),
        results: z.array(
          z.strictObject({
            ruleId: z.string(),
            ruleIndex: z.int().min(0).optional(),
            level,
            message: text,
            locations: z.array(location).min(1),
            partialFingerprints: z.record(z.string(), z.string()),
          }),
        ),
      }),
    )
    .length(1),
});

const read = (written: string) => log.parse(JSON.parse(written)).runs[0] ?? assert.fail("no run");

describe("SARIF", () => {
  const run = read(formatSarif([analysis]));

  it("describes each rule, with what to do and how bad it is", () => {
    assert.deepEqual(run.tool.driver.rules[0], {
      id: "image-tag-required",
      shortDescription: { text: "Every container names the version of its image." },
      help: { text: "Give the image a tag." },
      helpUri: "https://example.com/tags",
      defaultConfiguration: { level: "error" },
      properties: { tags: ["policy"], "security-severity": "8.0" },
    });
    assert.equal(run.tool.driver.rules[1]?.helpUri, undefined, "what is no URL is none");
  });

  it("gives each result its rule, its object, its place and what to do", () => {
    const [first] = run.results;
    assert.equal(first?.ruleIndex, 0);
    assert.equal(
      first.message.text,
      'main/shop/Deployment.apps/web: container "web" runs "nginx", which has no tag. Give the image a tag.',
    );
    assert.deepEqual(first.locations[0], {
      physicalLocation: {
        artifactLocation: { uri: "apps/a%20b%23%3F/web.yaml" },
        region: { startLine: 12, startColumn: 3 },
      },
      logicalLocations: [{ fullyQualifiedName: "main/shop/Deployment.apps/web", kind: "object" }],
    });
  });

  it("shows what has no place in the environment's document: code scanning drops results without one", () => {
    const last = run.results.at(-1);
    assert.equal(last?.locations[0]?.physicalLocation.artifactLocation.uri, "environments/dev.yaml");
    assert.deepEqual([last.ruleIndex, last.ruleId], [undefined, "unlisted"]);
  });

  it("knows a problem again when its line moves, and tells equal ones apart", () => {
    const prints = (from: typeof analysis) =>
      read(formatSarif([from])).results.map(({ partialFingerprints }) => partialFingerprints["driftless/v1"]);
    const moved = analysis.results.map((result) => ({
      ...result,
      place: { file: "x.yaml", line: 99 },
      message: "Other.",
    }));
    assert.deepEqual(prints({ ...analysis, results: moved }), prints(analysis));
    assert.equal(new Set(prints(analysis)).size, analysis.results.length);
  });

  it("holds no character that a terminal would act on", () => {
    assert.doesNotMatch(formatSarif([analysis]), /[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  it("says of a failed command that there was no analysis, and why", () => {
    const failed = read(
      formatSarifFailure([
        { code: "CONFIG_INVALID", severity: "error", message: "No.", fix: "Do.", place: { file: "a.yaml", line: 2 } },
      ]),
    );
    assert.deepEqual(failed.invocations[0]?.executionSuccessful, false);
    assert.equal(failed.invocations[0].toolExecutionNotifications?.[0]?.message.text, "a.yaml:2: No. Do.");
    assert.deepEqual(failed.results, []);
  });
});
