import assert from "node:assert/strict";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, it } from "mocha";
import { z } from "zod";
import { formatJunit, formatJunitFailure } from "../../../../automation/output/junit.ts";
import { analysis, hostile } from "./analysis.ts";

const part = z.looseObject({ "#text": z.string(), message: z.string(), type: z.string() });
const testCase = z.looseObject({
  classname: z.string(),
  name: z.string(),
  file: z.string().optional(),
  line: z.string().optional(),
  failure: part.optional(),
  error: part.optional(),
  "system-out": z.string().optional(),
});
const counts = { tests: z.string(), failures: z.string(), errors: z.string() };
const suites = z.object({
  testsuites: z.looseObject({ ...counts, testsuite: z.looseObject({ ...counts, testcase: z.array(testCase) }) }),
});

function read(text: string) {
  assert.equal(XMLValidator.validate(text), true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    htmlEntities: true,
    isArray: (name) => name === "testcase",
  });
  return suites.parse(parser.parse(text)).testsuites;
}

describe("JUnit", () => {
  it("has one case for each object, and one for what is about none", () => {
    const { testsuite, tests, failures } = read(formatJunit([analysis]));
    assert.deepEqual(
      testsuite.testcase.map(({ classname, name, failure }) => [classname, name, failure !== undefined]),
      [
        ["dev.application.web", "main/shop/Deployment.apps/web", true],
        ["dev.application.web", "main/shop/Service/web", false],
        ["dev.tenant.shop", "main/_/Namespace/shop", false],
        ["dev", "dev", true],
      ],
    );
    assert.deepEqual([tests, failures, testsuite.tests, testsuite.failures], ["4", "2", "4", "2"]);
  });

  it("says in the case what is wrong, where, and what to do; advice does not fail it", () => {
    const [web] = read(formatJunit([analysis])).testsuite.testcase;
    assert.equal(web?.failure?.message, 'container "web" runs "nginx", which has no tag.');
    assert.equal(web.failure.type, "image-tag-required");
    assert.match(web.failure["#text"], /^apps\/a b#\?\/web\.yaml:12:3: image-tag-required: .+ Give the image a tag\.$/);
    assert.equal(web["system-out"]?.split("probes-required").length, 3);
    assert.deepEqual([web.file, web.line], ["apps/a b#?/web.yaml", "1"]);
  });

  it("cannot be broken by what an object holds", () => {
    const results = [{ rule: hostile, level: "error" as const, message: hostile, object: hostile, fix: hostile }];
    const [only] = read(formatJunit([{ ...analysis, environment: hostile, results, objects: [] }])).testsuite.testcase;
    assert.match(only?.failure?.message ?? "", /^<b a="1">&amp; \]\]> {1,2}\[31m.* it's new$/);
  });

  it("lists no more than a hundred violations of one object", () => {
    const one = analysis.results[0] ?? assert.fail("no result");
    const [web] = read(formatJunit([{ ...analysis, results: Array.from({ length: 150 }, () => one) }])).testsuite
      .testcase;
    assert.equal(web?.failure?.message, "150 rules are broken");
    assert.match(web.failure["#text"], /and 50 more$/);
  });

  it("says of a failed command why", () => {
    const { errors, testsuite } = read(
      formatJunitFailure("policy check dev", [
        { code: "CONFIG_INVALID", severity: "error", message: "No.", fix: "Do.", place: { file: "a.yaml" } },
      ]),
    );
    assert.equal(errors, "1");
    assert.match(testsuite.testcase[0]?.error?.["#text"] ?? "", /a\.yaml: CONFIG_INVALID No\. Do\./);
  });
});
