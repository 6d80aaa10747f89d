import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { detached, leftOutFailures, urnsOfClusters, withLeftOut } from "../../../../automation/engine/left-out.ts";
import { noOutcome } from "../../../../automation/engine/run.ts";
import { RunFailed } from "../../../../automation/engine/run-failed.ts";
import { errorFinding } from "../../../../core/errors/finding.ts";

const environment = "driftless:index:Environment";
const urn = (types: string, name: string): string => `urn:pulumi:dev::driftless::${types}::${name}`;
const cluster = (name: string) => urn(`${environment}$driftless:index:Cluster`, name);
const application = urn(`${environment}$driftless:index:Application`, "web");
const state = {
  version: 3,
  deployment: {
    resources: [
      { urn: cluster("us") },
      { urn: cluster("us-2") },
      {
        urn: urn(`${environment}$driftless:index:Cluster$pulumi:providers:kubernetes`, "us-provider"),
        parent: cluster("us"),
      },
      {
        urn: urn(`${environment}$driftless:index:Cluster$pulumi:providers:kubernetes`, "us-2-provider"),
        parent: cluster("us-2"),
      },
      { urn: application },
      {
        urn: urn(`${environment}$driftless:index:Application$kubernetes:core/v1:ConfigMap`, "us/shop/ConfigMap/a"),
        parent: application,
      },
      {
        urn: urn(
          `${environment}$driftless:index:Application$pulumi:index:Stash`,
          "application/web/hook/pre-deploy/us/shop/Job.batch/x",
        ),
        parent: application,
      },
      {
        urn: urn(
          `${environment}$driftless:index:Application$pulumi:index:Stash`,
          "application/web/hook/pre-deploy/eu/us/Job.batch/x",
        ),
        parent: application,
      },
      {
        urn: urn(`${environment}$driftless:index:Application$pulumi:index:Stash`, "application/web/ready"),
        parent: application,
      },
    ],
  },
};

/** As the engine reads a name with stars. */
const excludes = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => {
    const parts = pattern.split("**").map((part) =>
      part
        .split("*")
        .map((text) => text.replace(/[.$^+?()[\]{}|\\]/g, "\\$&"))
        .join("[^:]*"),
    );
    return new RegExp(`^${parts.join(".*")}$`).test(name);
  });

describe("what is left as it is of a cluster that cannot be reached", () => {
  it("is the cluster, its providers, its objects and its hooks, and nothing of another one", () => {
    const patterns = urnsOfClusters(state, new Set(["us"]));
    const left = state.deployment.resources.map((resource) => resource.urn).filter((each) => excludes(patterns, each));
    assert.deepEqual(
      left.map((each) => each.split("::").at(-1)),
      ["us", "us-provider", "us/shop/ConfigMap/a", "application/web/hook/pre-deploy/us/shop/Job.batch/x"],
    );
  });

  it("is nothing without such a cluster, or without a state", () => {
    assert.deepEqual(urnsOfClusters(state, new Set()), []);
    assert.deepEqual(urnsOfClusters(undefined, new Set(["us"])), []);
  });

  it("does not grow with the number of objects", () => {
    const many = Array.from({ length: 10_000 }, (_, at) => ({
      urn: urn(`${environment}$driftless:index:Application$kubernetes:core/v1:ConfigMap`, `us/shop/ConfigMap/${at}`),
    }));
    assert.equal(urnsOfClusters({ version: 3, deployment: { resources: many } }, new Set(["us"])).length, 1);
  });
});

describe("the state of a cluster that is left out", () => {
  const gate = urn(`${environment}$driftless:index:Application$pulumi:index:Stash`, "application/web/start");
  const object = (name: string) =>
    urn(`${environment}$driftless:index:Application$kubernetes:core/v1:ConfigMap`, `${name}/shop/ConfigMap/b`);
  const needed = urn(`${environment}$driftless:index:Application$kubernetes:core/v1:ConfigMap`, "us/shop/ConfigMap/a");
  const before = {
    version: 3,
    deployment: {
      resources: [
        ...state.deployment.resources,
        { urn: gate, parent: application },
        {
          urn: object("us"),
          parent: application,
          dependencies: [gate, needed],
          propertyDependencies: { data: [gate] },
        },
        { urn: object("eu"), parent: application, dependencies: [gate] },
      ],
    },
  };

  it("depends on nothing that a run may skip, and is else what it was", () => {
    const after = detached(before, new Set(["us"]));
    assert.deepEqual(after?.deployment["resources"], [
      ...state.deployment.resources,
      { urn: gate, parent: application },
      { urn: object("us"), parent: application, dependencies: [needed], propertyDependencies: { data: [] } },
      { urn: object("eu"), parent: application, dependencies: [gate] },
    ]);
    assert.equal(detached(after, new Set(["us"])), undefined);
  });

  it("is left alone where no cluster is left out", () => {
    assert.equal(detached(before, new Set()), undefined);
    assert.equal(detached(undefined, new Set(["us"])), undefined);
  });
});

describe("a run that left clusters out", () => {
  const finding = errorFinding(
    "CLUSTER_UNREACHABLE",
    'The cluster "us" cannot be reached: it does not answer.',
    "Start it.",
  );
  const leftOut = [{ cluster: "us", finding }];

  it("has failed, whatever else did", () => {
    assert.deepEqual(leftOutFailures(leftOut), [{ owner: "cluster/us", finding }]);
    assert.deepEqual(leftOutFailures(), []);
    const other = errorFinding("UNHEALTHY", "It crashes.", "Mend it.");
    const error = withLeftOut(new RunFailed([{ owner: "application/web", finding: other }], noOutcome), leftOut);
    assert.ok(error instanceof RunFailed);
    assert.deepEqual(
      error.findings.map(({ code }) => code),
      ["UNHEALTHY", "CLUSTER_UNREACHABLE"],
    );
    assert.deepEqual(error.result.leftOut, leftOut);
  });

  it("stays what it was where it did not get to work", () => {
    const error = new Error("x");
    assert.equal(withLeftOut(error, leftOut), error);
  });
});
