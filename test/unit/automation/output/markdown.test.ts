import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { formatComment } from "../../../../automation/output/markdown.ts";
import { longestComment } from "../../../../automation/output/markdown-document.ts";
import { cellCode, code, fence, html } from "../../../../automation/output/markdown-escape.ts";
import type { ObjectChange } from "../../../../core/plan/change.ts";

const base = { cluster: "local", namespace: "shop", fields: [] } as const;
const deleted: ObjectChange = { ...base, owner: "application/cart", action: "delete", kind: "Service", name: "old" };
const updated: ObjectChange = {
  ...base,
  owner: "application/storefront",
  action: "update",
  kind: "Deployment.apps",
  name: "storefront",
  fields: [{ path: "spec.replicas", kind: "change", before: 2, after: 3 }],
  origin: { path: "apps/storefront/deployment.yaml" },
};

describe("The comment on a pull request", () => {
  it("holds a marker, a summary, a table, losses first and folded details", () => {
    const text = formatComment({
      marker: "preview dev",
      title: "Preview of `dev`",
      changes: { changes: [updated, deleted], same: new Map([["application/cart", 3]]) },
    });
    assert.equal(
      text,
      `<!-- driftless: preview dev -->
### Preview of \`dev\`

**1 to update, 1 to delete**

| | create | update | replace | delete | same |
|---|---:|---:|---:|---:|---:|
| \`cart\` | 0 | 0 | 0 | 1 | 3 |
| \`storefront\` | 0 | 1 | 0 | 0 | 0 |

> [!CAUTION]
> - \`Service shop/old\` is deleted

<details><summary>cart: 1 to delete</summary>

\`\`\`diff
- Service shop/old
\`\`\`

</details>

<details><summary>storefront: 1 to update</summary>

\`\`\`diff
  Deployment.apps shop/storefront  # apps/storefront/deployment.yaml
-   spec.replicas: 2
+   spec.replicas: 3
\`\`\`

</details>
`,
    );
  });

  it("says that nothing changes, and lists findings with their fix", () => {
    const text = formatComment({
      marker: "preview dev",
      title: "Preview of `dev`",
      changes: { changes: [] },
      findings: [
        {
          code: "POLICY_VIOLATION",
          severity: "error",
          message: "no limits",
          fix: "set them",
          place: { file: "a.yaml", line: 3 },
        },
      ],
    });
    assert.match(text, /\*\*Nothing to change\*\*/);
    assert.match(text, /- ❌ \*\*POLICY_VIOLATION\*\* `a\.yaml:3`: no limits _set them_/);
  });

  it("stays within what forges accept, closes what it opened and says what it left out", () => {
    const many = Array.from({ length: 4000 }, (_, index): ObjectChange => ({
      ...deleted,
      name: `object-number-${index}`,
    }));
    const text = formatComment({ marker: "m", title: "t", changes: { changes: many } });
    assert.ok(text.length <= longestComment, `${text.length} characters`);
    assert.ok(text.length > longestComment - 200, "the room is used");
    assert.match(text, /The rest was left out/);
    assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
    assert.equal((text.match(/```/g)?.length ?? 0) % 2, 0);
    assert.match(text, /> - and 3950 more/);
  });

  it("does not let a repository write Markdown, HTML or a second marker", () => {
    const hostile: ObjectChange = {
      ...deleted,
      owner: "application/<img src=x>",
      name: "x`|<script>\n```\n### forged @everyone -->",
    };
    const text = formatComment({ marker: "a --> b", title: "t", changes: { changes: [hostile] } });
    assert.equal(text.match(/-->/g)?.length, 1 + 2, "one comment ends; the others are inside code");
    assert.doesNotMatch(text.replace(/`+[^`]+`+/g, ""), /<img/, "outside code there is no tag of theirs");
    assert.doesNotMatch(text, /^### forged/m);
  });
});

describe("Escaping for Markdown", () => {
  it("makes inline code that its content cannot end", () => {
    assert.equal(code("a`b"), "``a`b``");
    assert.equal(code("`"), "`` ` ``");
    assert.equal(cellCode("a|b"), "`a\\|b`");
  });

  it("makes text that holds no tag, link or mention", () => {
    assert.equal(html("<b>[x](y)"), "&#60;b&#62;&#91;x&#93;&#40;y&#41;");
    assert.doesNotMatch(html("@team #12"), /@team|#12/);
  });

  it("makes a block with a longer fence than its content has", () => {
    assert.equal(fence("diff", ["````"]), "`````diff\n````\n`````");
  });
});
