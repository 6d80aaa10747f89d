import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { environmentFacts } from "../../../../core/policy/facts.ts";
import { factsOf } from "../../../../core/policy/facts-of.ts";
import { application, environment, tenant } from "../plan/fixture.ts";

const window = (cron: string) => ({ cron, duration: "1h", timezone: "UTC", action: "deny" as const });

describe("what rules know of an environment", () => {
  const facts = factsOf(
    environment({
      safety: { maxDeletions: "10%", freeze: [window("0 1 * * *")] },
      tenants: { shop: tenant({ quota: { pods: "10" }, safety: { freeze: [window("0 2 * * *")] } }) },
      applications: { web: application({ safety: { maxDeletions: "50%", freeze: [window("0 3 * * *")] } }) },
    }),
  );

  it("has the freeze windows of every level", () => {
    assert.deepEqual(
      [facts.freeze, facts.tenants["shop"]?.freeze, facts.applications["web"]?.freeze].map((found) =>
        found?.map(({ cron }) => cron),
      ),
      [["0 1 * * *"], ["0 2 * * *"], ["0 3 * * *"]],
    );
  });

  it("says nothing that its schema does not know", () => assert.deepEqual(environmentFacts.parse(facts), facts));
});
