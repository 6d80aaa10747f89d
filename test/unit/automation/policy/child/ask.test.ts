import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { askedRule, askResource, askStack } from "../../../../../automation/policy/child/ask.ts";
import type { Report, Validate } from "../../../../../automation/policy/child/pack.ts";
import { freeze, type Resource } from "../../../../../automation/policy/child/resource.ts";

interface Args {
  readonly props: Record<string, unknown>;
  readonly getConfig: () => Record<string, unknown>;
  readonly notApplicable: () => never;
}

const resource: Resource = freeze({ type: "a:b:C", name: "c", urn: "urn:c", props: { size: 1 } });

function answerOf(judge: (args: Args, report: Report) => unknown): Promise<object[]> | object[] {
  const validate: Validate = (args, report) => judge(args as Args, report);
  return askResource(askedRule(7, { name: "rule", description: "Says what it is." }, { most: 3 }), validate, resource);
}

describe("a rule that is asked", () => {
  it("answers at once where it does not wait", () => {
    assert.deepEqual(
      answerOf(({ props, getConfig }, report) => report(`${String(props["size"])} of ${String(getConfig()["most"])}`)),
      [{ rule: 7, message: "1 of 3", urn: "urn:c" }],
    );
  });

  it("answers later where it does", async () => {
    const found = await answerOf(async (_args, report) => {
      await Promise.resolve();
      report("late", "urn:other");
    });
    assert.deepEqual(found, [{ rule: 7, message: "late", urn: "urn:other" }]);
  });

  it("keeps what it said before it found that it does not apply", () => {
    const found = answerOf(({ notApplicable }, report) => {
      report("first");
      notApplicable();
    });
    assert.deepEqual(found, [{ rule: 7, message: "first", urn: "urn:c" }]);
  });

  it("may write to a copy of what it is shown, and says everything once", async () => {
    const write = ({ props }: Args, report: Report): void => {
      report("before");
      props["size"] = 2;
      report(`now ${String(props["size"])}`);
    };
    const messages = [
      { rule: 7, message: "before", urn: "urn:c" },
      { rule: 7, message: "now 2", urn: "urn:c" },
    ];
    assert.deepEqual(answerOf(write), messages);
    assert.deepEqual(await answerOf((args, report) => Promise.resolve().then(() => write(args, report))), messages);
    assert.deepEqual(resource.props, { size: 1 });
  });

  it("fails with its own mistakes", () => {
    assert.throws(() => answerOf(() => assert.fail("mistake")), /mistake/);
  });

  it("says its description where it says nothing else", () => {
    assert.deepEqual(
      answerOf((_args, report) => {
        report("");
        report({ enforcementLevel: "advisory", urn: "urn:d" });
      }),
      [
        { rule: 7, message: "Says what it is.", urn: "urn:c" },
        { rule: 7, message: "Says what it is.", urn: "urn:d", level: "advisory", severity: undefined },
      ],
    );
  });

  it("is not asked about a stack without a resource of its type", async () => {
    const about = (type: string): Promise<object[]> | object[] => {
      const validateStack = Object.assign((_args: object, report: Report) => report("asked"), { __pulumiType: type });
      return askStack(askedRule(0, { name: "rule", validateStack }, {}), [resource]);
    };
    assert.deepEqual(await about("a:b:D"), []);
    assert.deepEqual(await about("a:b:C"), [{ rule: 0, message: "asked", urn: "" }]);
  });
});
