import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { setFacts, writeFacts } from "../../../../core/environment/facts.ts";

const facts = { version: "1.33.4", apiVersions: ["a.example.com/v1/A", "b.example.com/v1/B"] };
const flow = 'kubernetes: { version: "1.33.4", apiVersions: [a.example.com/v1/A, b.example.com/v1/B] }';

describe("facts of a cluster in a document", () => {
  const written: readonly (readonly [string, string, string])[] = [
    [
      "in front of the first key of a block",
      "clusters: # all\n  eu: # ours\n    # how\n    kubeconfig: {}\n  us: {}\n",
      `clusters: # all\n  eu: # ours\n    # how\n    ${flow}\n    kubeconfig: {}\n  us: {}\n`,
    ],
    [
      "in front of the first key in braces",
      "clusters: { eu: { kubeconfig: {} }, us: {} } # x\n",
      `clusters: { eu: { ${flow}, kubeconfig: {} }, us: {} } # x\n`,
    ],
    [
      "in the place of old ones in a block, and nothing after them moves",
      "clusters:\n  eu:\n    kubernetes:\n      version: '1.32'\n      apiVersions:\n        - a/v1\n\n    # how\n    kubeconfig: {} # x\n",
      `clusters:\n  eu:\n    ${flow}\n\n    # how\n    kubeconfig: {} # x\n`,
    ],
    [
      "in the place of old ones in braces",
      "clusters:\n  eu: { kubeconfig: {}, kubernetes: { version: '1.32' } } # x\n",
      `clusters:\n  eu: { kubeconfig: {}, ${flow} } # x\n`,
    ],
    [
      "with the line ends and the mark that are there",
      "\uFEFFclusters:\r\n  eu:\r\n    kubeconfig: {}\r\n",
      `\uFEFFclusters:\r\n  eu:\r\n    ${flow}\r\n    kubeconfig: {}\r\n`,
    ],
    [
      "as the last thing of a file without a line end",
      "clusters:\n  eu:\n    kubeconfig: {}\n    kubernetes:\n      version: '1.32'",
      `clusters:\n  eu:\n    kubeconfig: {}\n    ${flow}`,
    ],
  ];
  for (const [what, before, after] of written)
    it(`are written ${what}`, () => {
      assert.equal(setFacts(before, "eu", facts), after);
      assert.equal(setFacts(after, "eu", facts), after);
    });

  for (const [what, text] of [
    ["the document does not describe the cluster", "clusters: { us: {} }\n"],
    ["the cluster is empty there", "clusters: { eu: {} }\n"],
    ["it has no clusters", "metadata: { name: dev }\n"],
    ["the cluster is an alias", "x: &x { kubeconfig: {} }\nclusters: { eu: *x }\n"],
    ["old facts are no map", "clusters: { eu: { kubeconfig: {}, kubernetes: 1 } }\n"],
  ] as const)
    it(`are not written where ${what}, and the message holds them`, () => {
      assert.throws(
        () => setFacts(text, "eu", facts),
        (error: Error) => {
          assert.match(error.message, /CONFIG_INVALID/);
          assert.ok(error.message.includes(flow));
          return true;
        },
      );
    });

  it("are written to the file of an environment, for several clusters at once", async () => {
    const project = await mkdtemp(join(tmpdir(), "driftless-facts-"));
    try {
      await mkdir(join(project, "environments"));
      const path = join(project, "environments", "dev.yaml");
      await writeFile(path, "clusters:\n  eu: { local: { name: a } }\n  us: { local: { name: b } }\n");
      assert.equal(
        await writeFacts(
          project,
          "dev",
          new Map([
            ["us", facts],
            ["eu", { version: "1.30.0", apiVersions: [] }],
          ]),
        ),
        "environments/dev.yaml",
      );
      assert.equal(
        await readFile(path, "utf8"),
        `clusters:\n  eu: { kubernetes: { version: "1.30.0", apiVersions: [] }, local: { name: a } }\n  us: { ${flow}, local: { name: b } }\n`,
      );
      await assert.rejects(writeFacts(project, "none", new Map()), { code: "ENVIRONMENT_NOT_FOUND" });
    } finally {
      await rm(project, { recursive: true });
    }
  });
});
