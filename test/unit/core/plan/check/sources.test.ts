import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { mountOf } from "../../../../../core/git/remote-base.ts";
import { checkSources } from "../../../../../core/plan/check/sources.ts";
import { allow, application, environment, revision, tenant } from "../fixture.ts";

const base = { repo: "https://git.example.com/platform/bases.git", revision };
const source = { ...environment().source, path: "environments/dev", remoteBases: [base] };
const inBase = `${mountOf(base).folder}/web/kustomization.yaml`;

const digest = `sha256:${"0".repeat(64)}`;

function found(
  rules: Partial<ReturnType<typeof allow>>,
  files: readonly string[],
  changes: Parameters<typeof application>[0] = {},
): readonly string[] {
  return checkSources({
    name: "web",
    application: application(changes),
    tenant: tenant({ allow: allow(rules) }),
    source,
    files,
    locate: (path) => ({ file: "environments/dev.yaml", field: path.join(".") }),
  }).map(({ code, message, place }) => `${code} ${String(place?.field)}: ${message.replace('Application "web" ', "")}`);
}

describe("what an application is made of", () => {
  it("may be anything unless its tenant says otherwise", () => {
    assert.deepEqual(found({}, ["anywhere/else.yaml", inBase]), []);
  });

  it("may be below the folders of its tenant, counted from the root of the environment", () => {
    assert.deepEqual(found({ paths: ["shop/", "bases/web"] }, ["environments/dev/shop/a.yaml"]), []);
    assert.deepEqual(found({ paths: ["../../bases"] }, ["bases/web/kustomization.yaml"]), []);
    assert.deepEqual(found({ paths: ["."] }, ["environments/dev/a.yaml"]), []);
  });

  it("may not be beside them, as a base of Kustomize might be, or a folder whose name begins like theirs", () => {
    const files = ["environments/dev/shop/a.yaml", "environments/dev/shopping/b.yaml", "environments/dev/bank/c.yaml"];
    assert.deepEqual(found({ paths: ["shop"] }, files), [
      'SCOPE_DENIED applications.web.path: reads "environments/dev/shopping/b.yaml", "environments/dev/bank/c.yaml", where tenant "shop" may read "shop".',
    ]);
  });

  it("is named in part where it is much", () => {
    const files = Array.from({ length: 9 }, (_, at) => `x/${at}.yaml`);
    assert.match(found({ paths: [] }, files)[0] ?? "", /"x\/4\.yaml" and 4 more, where tenant "shop" may read none\.$/);
  });

  it("may be a remote base only of an allowed repository", () => {
    const denied = `SCOPE_DENIED applications.web.path: uses "${base.repo}", where tenant "shop" may use none.`;
    assert.deepEqual(found({ repos: [] }, [inBase]), [denied]);
    assert.deepEqual(found({ repos: [] }, ["environments/dev/a.yaml"]), [], "one that it does not read");
    for (const repo of ["https://git.example.com/platform/", "https://ci@git.example.com/platform/bases", base.repo])
      assert.deepEqual(found({ repos: [repo], paths: [] }, [inBase]), []);
    for (const repo of [
      "https://git.example.com/plat",
      "https://git.example.com.evil.com/platform",
      "ssh://git.example.com/platform",
    ])
      assert.equal(found({ repos: [repo] }, [inBase]).length, 1);
  });

  it("may be charts only of allowed repositories", () => {
    const chart = { repository: "oci://registry.example.com/charts", name: "web", version: "1.0.0", digest };
    const helm = {
      ...{ release: "web", chart, values: [], ignoreMissingValues: false, valuesObject: {}, skipCrds: false },
      ...{ skipTests: false, skipSchemaValidation: false, repositories: ["https://charts.example.com"] },
    };
    assert.deepEqual(found({ repos: ["oci://registry.example.com"] }, [], { helm }), [
      'SCOPE_DENIED applications.web.helm.repositories.0: uses "https://charts.example.com", where tenant "shop" may use "oci://registry.example.com".',
    ]);
    assert.equal(found({ repos: [] }, [], { helm }).length, 2);
  });
});
