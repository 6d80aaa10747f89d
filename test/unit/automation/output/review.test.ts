import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { reviewComment } from "../../../../automation/output/review-markdown.ts";
import { reviewDocument, reviewLines, touchedText } from "../../../../automation/output/review.ts";
import type { EnvironmentReview, Review } from "../../../../automation/review/model.ts";
import type { ObjectChange } from "../../../../core/plan/change.ts";

const change = (more: Partial<ObjectChange> = {}): ObjectChange => ({
  ...{
    action: "update",
    owner: "application/web",
    cluster: "eu",
    kind: "Deployment.apps",
    namespace: "shop",
    name: "web",
  },
  fields: [{ path: "spec.replicas", kind: "change", before: 1, after: 2 }],
  ...more,
});
const digest = `sha256:${"d".repeat(64)}`;
const environment = (changes: readonly ObjectChange[], more: Partial<EnvironmentReview> = {}): EnvironmentReview => ({
  ...{ name: "production", file: "environments/production.yaml", state: "changed", approvals: 0 },
  ...{ base: { revision: "a".repeat(40), digest }, head: { revision: "b".repeat(40), digest } },
  changes: { changes, withCluster: true },
  ...{ clusters: ["eu", "us"], tenants: ["shop"], applications: ["web"] },
  ...{ settings: [], guards: [], findings: { added: [], kept: [], fixed: [] }, risks: [], freeze: [], notCompared: [] },
  ...more,
});
const review = (environments: readonly EnvironmentReview[], more: Partial<Review> = {}): Review => ({
  ...{ name: undefined, subject: "project", base: "1".repeat(40), head: "2".repeat(40), environments },
  ...{ untouched: [], others: [], at: "2026-11-21T12:00:00.000Z" },
  ...more,
});
const comment = (environments: readonly EnvironmentReview[], longest?: number): string =>
  reviewComment("review", review(environments), longest);

/** What is neither in a fence nor in inline code: there a repository must not say anything. */
function outsideOf(text: string): string {
  const unfenced = text.replaceAll(/^(`{3,}).*\n[\s\S]*?\n\1$/gm, "");
  return unfenced.replaceAll(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
}

/** Everything that opens is closed. */
function isWhole(text: string): boolean {
  const outside = outsideOf(text);
  const fences = text.split("\n").filter((line) => /^`{3,}/.test(line)).length;
  return outside.match(/<details>/g)?.length === outside.match(/<\/details>/g)?.length && fences % 2 === 0;
}

describe("the comment of a review", () => {
  it("says the same of several clusters once", () => {
    const text = comment([environment([change(), change({ cluster: "us" })])]);
    assert.match(text, /1 environment, 2 clusters, 1 tenant and 1 application touched: 2 to update/);
    assert.equal(text.match(/Deployment\.apps shop\/web/g)?.length, 1);
    assert.match(text, /Deployment\.apps shop\/web on eu, us/);
  });

  it("puts what is lost before everything that is folded, and names its environment", () => {
    const text = comment([environment([change({ action: "delete", fields: [] })])]);
    assert.match(text, /> \[!CAUTION\]\n> - `production`: `Deployment\.apps shop\/web on eu` is deleted\n/);
    assert.ok(text.indexOf("CAUTION") < text.indexOf("<details>"));
  });

  it("says how to approve, but not where the merge makes another commit", () => {
    const each = environment([change()], { approvals: 2 });
    assert.ok(comment([each]).includes(`2 to approve it: \`driftless approve production --digest ${digest}\``));
    const text = reviewComment("review", review([each], { subject: "source" }));
    assert.doesNotMatch(text, /driftless approve/);
    assert.match(text, /so is its plan's digest/);
  });

  it("says what is wrong although it is not new, and folds away mere warnings", () => {
    const wrong = { code: "SCHEMA_INVALID", severity: "error", message: "still wrong", fix: "mend it" } as const;
    const kept = [wrong, { ...wrong, severity: "warning", message: "a remark" } as const];
    const text = comment([environment([], { findings: { added: [], kept, fixed: [] } })]);
    assert.match(text, /\*\*Not new, and in the way of an update:\*\*\n\n- `production`: ❌ .*still wrong/);
    assert.match(text, /<summary>production: warnings as before &#40;1&#41;<\/summary>\n\n```text\nwarning .*a remark/);
  });

  it("says so where nothing changes", () => {
    assert.match(comment([]), /\*\*Nothing changes in any environment\*\*/);
    assert.equal(touchedText(review([])), "Nothing changes in any environment");
  });

  it("stays within what a forge takes, is whole, and names what was left out", () => {
    const many = Array.from({ length: 300 }, (_, at) =>
      Array.from({ length: 20 }, (_, field) =>
        change({ owner: `application/app-${at}`, name: `object-${at}-${field}` }),
      ),
    ).flat();
    for (const longest of [5_000, 65_000, 990_000]) {
      const text = comment([environment(many)], longest);
      assert.ok(text.length <= longest, `${text.length} of ${longest}`);
      assert.ok(isWhole(text));
      assert.equal(/The rest was left out \(`production \/ app-/.test(text), longest < 990_000);
      assert.equal(/driftless review --base 1{40} --head 2{40}/.test(text), longest < 990_000);
    }
  });

  it("lets nothing of a repository out of its place, and nobody be called by it", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom("`", "```", "\n", "|", "<", "-->", "</details>", "@everyone", "#1", "[x](y)", "a", " "),
          {
            maxLength: 12,
          },
        ),
        (parts) => {
          const hostile = parts.join("");
          const text = comment([
            environment(
              [
                change({ owner: `application/${hostile}`, name: hostile, origin: { path: hostile } }),
                change({ action: "delete", kind: hostile, fields: [] }),
              ],
              {
                settings: [{ path: hostile, kind: "add", after: hostile }],
                findings: {
                  added: [
                    {
                      code: "SCHEMA_INVALID",
                      severity: "error",
                      message: hostile,
                      fix: hostile,
                      place: { file: hostile },
                    },
                  ],
                  kept: [{ code: "SCHEMA_INVALID", severity: "error", message: hostile, fix: hostile }],
                  fixed: [],
                },
                notCompared: [{ application: hostile, side: "head", why: hostile }],
              },
            ),
          ]);
          assert.ok(isWhole(text), text);
          const outside = outsideOf(text);
          assert.doesNotMatch(outside.slice(outside.indexOf("\n")), /@everyone|(?<!&)#1|\[x\]\(|-->/);
        },
      ),
    );
  });
});

describe("the other forms of a review", () => {
  it("tell of deletions, findings and guards in words too", () => {
    const each = environment([change({ action: "delete", fields: [] })], { guards: ["approvals"] });
    const text = reviewLines(review([each], { untouched: ["dev"] }), 120)
      .map((line) => line.map((part) => (typeof part === "string" ? part : part.text)).join(""))
      .join("\n");
    for (const line of [
      /^production {2}changed {2}aaaaaaa → bbbbbbb/m,
      /guards change {2}approvals/,
      /^untouched: dev$/m,
      /^passes/m,
    ])
      assert.match(text, line);
  });

  it("hold every object, one by one", () => {
    const document = reviewDocument(review([environment([change(), change({ cluster: "us" })])]), null);
    const [first] = document["environments"] as readonly {
      readonly changes: readonly unknown[];
      readonly passed: boolean;
    }[];
    assert.equal(first?.changes.length, 2);
    assert.equal(document["passed"], true);
  });
});
