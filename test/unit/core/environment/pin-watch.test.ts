import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "mocha";
import { watchPin } from "../../../../core/environment/pin-watch.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";

const [first, second] = ["1".repeat(40), "2".repeat(40)] as const;

describe("The watch on a pin", function () {
  this.timeout(20_000);
  let project: string;

  const write = (text: string): Promise<void> => writeFile(join(project, "environments", "dev.yaml"), text);
  const document = (revision: string): string => `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source: { repo: https://git.example.com/config.git, revision: "${revision}" }
clusters: { main: { local: { name: dev } } }
`;

  before(async () => {
    project = await mkdtemp(join(tmpdir(), "driftless-"));
    await mkdir(join(project, "environments"));
  });
  after(() => rm(project, { recursive: true, force: true }));

  it("says so when the pin moves, and not before: not for other edits, and not for a document that is being written", async () => {
    await write(document(first));
    const signal = watchPin(project, "dev", first);
    await write(`${document(first)}# an edit\n`);
    await sleep(1_500);
    await write("source: {");
    await sleep(1_500);
    assert.equal(signal.aborted, false);
    await write(document(second));
    await once(signal, "abort", { signal: AbortSignal.timeout(5_000) });
    assert.ok(signal.reason instanceof DriftlessError);
    assert.equal(
      signal.reason.message,
      "SUPERSEDED The pin of dev moved to 2222222 while this run waited for the health of 1111111.\n" +
        "  fix: Run `driftless up dev`, which goes on to the new pin.",
    );
  });
});
