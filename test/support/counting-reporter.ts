import { writeFileSync } from "node:fs";
import process from "node:process";
import Mocha from "mocha";

const { Runner, reporters } = Mocha;
const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Runner.constants;

/** Prints like mocha's own "spec", and keeps the counts so far in the file that `test/run.ts` names. */
export default class CountingReporter extends reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env["DRIFTLESS_TEST_COUNTS"];
    if (file === undefined) return;
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const count = (result: keyof typeof counts) => (): void => {
      counts[result]++;
      writeFileSync(file, JSON.stringify(counts));
    };
    runner.on(EVENT_TEST_PASS, count("passed"));
    runner.on(EVENT_TEST_FAIL, count("failed"));
    runner.on(EVENT_TEST_PENDING, count("skipped"));
  }
}
