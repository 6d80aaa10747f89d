import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { EnvironmentSpec } from "../../../core/environment/spec.ts";
import type { Action } from "../../../core/plan/change.ts";
import { judgeDeletions, type Allowance, type Refusal } from "../../../core/safety/decide.ts";
import { limitOf, type Limit } from "../../../core/safety/limit.ts";
import { isNamed, referenceOf, type HeldObject, type Removal } from "../../../core/safety/removal.ts";
import { application, environment } from "./plan/fixture.ts";

const crd = "CustomResourceDefinition.apiextensions.k8s.io";

function held(kind: string, name: string, more: Partial<HeldObject> = {}): HeldObject {
  const namespaced = kind !== "Namespace" && kind !== crd;
  return { owner: "application/web", cluster: "eu", kind, name, ...(namespaced ? { namespace: "shop" } : {}), ...more };
}

function remove(object: HeldObject, more: Partial<Removal> = {}, action: Action = "delete"): Removal {
  return { change: { ...object, action }, ...more };
}

const many = (count: number, more: Partial<HeldObject> = {}): readonly HeldObject[] =>
  Array.from({ length: count }, (_, at) => held("ConfigMap", `c${at}`, more));

interface Case {
  readonly created?: readonly HeldObject[];
  readonly spec?: Partial<EnvironmentSpec>;
  readonly held: readonly HeldObject[];
  readonly removals: readonly Removal[];
  readonly allowance?: Partial<Allowance>;
}

function judge({ spec, held, removals, allowance, created = [] }: Case): readonly Refusal[] {
  return judgeDeletions({
    spec: environment(spec),
    locate: (path) => ({ file: "environments/dev.yaml", line: 7, field: path.join(".") }),
    held,
    removals,
    created,
    allowance: { confirmed: [], ...allowance },
  });
}

const codes = (input: Case): readonly string[] => judge(input).map(({ finding }) => finding.code);

const limited = (environmentLimit: Limit, applicationLimit: Limit): Partial<EnvironmentSpec> => ({
  safety: { maxDeletions: environmentLimit, freeze: [] },
  applications: { web: application({ safety: { maxDeletions: applicationLimit, freeze: [] } }) },
});

describe("An application that goes to another namespace", () => {
  const [was, is] = [held("Deployment.apps", "web"), held("Deployment.apps", "web", { namespace: "bank" })];
  const settings = [held("ConfigMap", "a"), held("ConfigMap", "a", { namespace: "bank" })] as const;
  const spec = limited(100, 100);

  it("is refused with the way to keep it, however small it is", () => {
    const [refusal, ...others] = judge({ spec, held: [was], removals: [remove(was)], created: [is] });
    assert.deepEqual(others, []);
    assert.equal(refusal?.finding.code, "APPLICATION_MOVED");
    assert.match(refusal.finding.message, /"web" would go from namespace shop to bank: 1 object of it/);
    assert.match(refusal.finding.fix, /to tenants\.shop\.namespaces.*--confirm application\/web$/s);
    assert.deepEqual(refusal.remedy, { confirmed: ["application/web"] });
  });

  it("may go once somebody has said so", () => {
    const allowance = { confirmed: ["application/web"] };
    assert.deepEqual(codes({ spec, held: [was], removals: [remove(was)], created: [is], allowance }), []);
  });

  it("is another than one that loses or gains objects, or whose settings alone go elsewhere", () => {
    assert.deepEqual(codes({ spec, held: [was], removals: [remove(was)] }), []);
    assert.deepEqual(codes({ spec, held: [was], removals: [remove(was)], created: [{ ...is, name: "api" }] }), []);
    assert.deepEqual(codes({ spec, held: [was], removals: [remove(was)], created: [{ ...is, cluster: "us" }] }), []);
    assert.deepEqual(
      codes({ spec, held: [was], removals: [remove(was)], created: [{ ...is, owner: "application/b" }] }),
      [],
    );
    assert.deepEqual(codes({ spec, held: [settings[0]], removals: [remove(settings[0])], created: [settings[1]] }), []);
    assert.deepEqual(codes({ spec, held: [was], removals: [remove(was, {}, "release")], created: [is] }), []);
  });
});

describe("The limit of deletions", () => {
  const table: readonly [limit: Limit, held: number, expected: number][] = [
    [0, 100, 0],
    [7, 3, 7],
    ["0%", 1000, 0],
    ["10%", 0, 3],
    ["10%", 20, 3],
    ["10%", 31, 4],
    ["10%", 1000, 100],
    ["100%", 50, 50],
  ];
  for (const [limit, before, expected] of table) {
    it(`of ${limit} of ${before} objects is ${expected}`, () => {
      assert.equal(limitOf(limit, before), expected);
    });
  }
});

describe("Deletions of a run", () => {
  it("go on below the limits of the environment and of the application", () => {
    const objects = many(40);
    assert.deepEqual(codes({ held: objects, removals: objects.slice(0, 4).map((object) => remove(object)) }), []);
    assert.deepEqual(codes({ held: objects, removals: [] }), []);
  });

  it("are refused above the environment's limit, with the objects, the limit and the flag that would allow them", () => {
    const objects = many(30);
    const [refusal, ...rest] = judge({ held: objects, removals: objects.slice(0, 4).map((object) => remove(object)) });
    assert.deepEqual(rest, []);
    assert.deepEqual(refusal, {
      finding: {
        code: "DELETIONS_EXCEEDED",
        severity: "error",
        message:
          '4 objects of the environment "dev" would be deleted, where safety.maxDeletions allows 3 (10% of 30): ' +
          "ConfigMap shop/c0 on eu, ConfigMap shop/c1 on eu, ConfigMap shop/c2 on eu, ConfigMap shop/c3 on eu.",
        fix: "Read what is deleted; if all of it is to go, allow exactly that: --allow-deletions 4",
        place: { file: "environments/dev.yaml", line: 7, field: "safety.maxDeletions" },
      },
      remedy: { deletions: 4 },
      answer: "4",
    });
  });

  it("are refused above the application's own limit, however large the environment is", () => {
    const others = many(1000, { owner: "application/other", namespace: "other" });
    const mine = many(20);
    const [refusal] = judge({
      held: [...others, ...mine],
      removals: mine.slice(0, 11).map((object) => remove(object)),
    });
    assert.equal(refusal?.finding.place?.field, "applications.web.safety.maxDeletions");
    assert.match(refusal.finding.message, /^11 objects of the application "web" would be deleted, where .* allows 10 /);
  });

  it("names twenty objects and counts the rest", () => {
    const objects = many(30);
    const [refusal] = judge({ held: objects, removals: objects.map((object) => remove(object)) });
    assert.match(refusal?.finding.message ?? "", /c26 on eu and 10 more\.$/);
  });

  it("are allowed by a number only if it is exactly theirs", () => {
    const objects = many(30);
    const removals = objects.slice(0, 4).map((object) => remove(object));
    assert.deepEqual(codes({ held: objects, removals, allowance: { deletions: 4 } }), []);
    for (const deletions of [0, 3, 5]) {
      assert.deepEqual(
        codes({ held: objects, removals, allowance: { deletions } }),
        ["DELETIONS_EXCEEDED"],
        `${deletions}`,
      );
    }
    assert.deepEqual(codes({ held: objects, removals: [], allowance: { deletions: 4 } }), []);
  });

  it("count a replacement of what holds data or other objects, and no other one", () => {
    const kinds: readonly [kind: string, counts: boolean][] = [
      ["PersistentVolumeClaim", true],
      ["StatefulSet.apps", true],
      ["Namespace", true],
      [crd, true],
      ["Deployment.apps", false],
      ["Job.batch", false],
    ];
    for (const [kind, counts] of kinds) {
      const object = held(kind, "x");
      const allowance = { confirmed: [kind] };
      const found = codes({
        spec: limited(0, 0),
        held: [object],
        removals: [remove(object, {}, "replace")],
        allowance,
      });
      assert.deepEqual(found, counts ? ["DELETIONS_EXCEEDED", "DELETIONS_EXCEEDED"] : [], kind);
    }
  });

  it("do not count what stays on the cluster", () => {
    const objects = many(30);
    const removals = objects.map((object) => remove(object, { asked: "disabled" }, "release"));
    assert.deepEqual(codes({ spec: limited(0, 0), held: objects, removals }), []);
  });

  it("count what goes with a Namespace and with a kind, once each", () => {
    const namespace = held("Namespace", "shop", { owner: "tenant/shop" });
    const inside = many(5);
    const definition = held(crd, "widgets.example.com");
    const widgets = [held("Widget.example.com", "one", { namespace: "other" }), held("Widget.example.com", "two")];
    const elsewhere = held("ConfigMap", "far", { cluster: "us" });
    const [refusal] = judge({
      held: [namespace, ...inside, definition, ...widgets, elsewhere],
      removals: [
        remove(namespace),
        remove(definition, { defines: "Widget.example.com" }),
        ...inside.slice(0, 2).map((object) => remove(object)),
      ],
      allowance: { confirmed: ["Namespace", crd], deletions: 0 },
    });
    assert.deepEqual(refusal?.remedy, { deletions: 9 });
  });

  it("wait for a confirmation of what holds data or other objects, and say what goes with it", () => {
    const claim = held("PersistentVolumeClaim", "data");
    const namespace = held("Namespace", "shop", { owner: "tenant/shop" });
    const definition = held(crd, "widgets.example.com");
    const found = judge({
      held: [claim, namespace, definition],
      removals: [remove(claim), remove(namespace), remove(definition)],
    });
    assert.deepEqual(
      found.map(({ finding, answer }) => [finding.code, finding.message, answer]),
      [
        [
          "DELETION_UNCONFIRMED",
          "PersistentVolumeClaim shop/data on eu would be deleted and its data lost.",
          "PersistentVolumeClaim/shop/data",
        ],
        [
          "DELETION_UNCONFIRMED",
          "Namespace shop on eu would be deleted with everything in it, 1 object of this environment among it.",
          "Namespace/shop",
        ],
        [
          "DELETION_UNCONFIRMED",
          `${crd} widgets.example.com on eu would be deleted with every object of its kind.`,
          `${crd}/widgets.example.com`,
        ],
      ],
    );
    const confirmed = found.flatMap(({ remedy }) => remedy?.confirmed ?? []);
    const removals = [remove(claim), remove(namespace), remove(definition)];
    assert.deepEqual(codes({ held: [claim, namespace, definition], removals, allowance: { confirmed } }), []);
  });

  it("are confirmed by kind, by object, and by object on one cluster", () => {
    const claim = held("PersistentVolumeClaim", "data");
    const input = { held: [claim], removals: [remove(claim)] };
    const accepted = ["PersistentVolumeClaim", referenceOf(claim), `eu/${referenceOf(claim)}`];
    for (const given of accepted) assert.deepEqual(codes({ ...input, allowance: { confirmed: [given] } }), [], given);
    for (const given of ["PersistentVolume", "data", "PersistentVolumeClaim/shop", `us/${referenceOf(claim)}`]) {
      assert.deepEqual(codes({ ...input, allowance: { confirmed: [given] } }), ["DELETION_UNCONFIRMED"], given);
    }
    assert.ok(isNamed(held("Namespace", "shop"), ["eu/_/Namespace/shop"]));
  });

  it("follow what the object asks for before what its application says, and that before its kind", () => {
    const claim = held("PersistentVolumeClaim", "data");
    const settings = held("ConfigMap", "settings");
    const spec = {
      applications: {
        web: application({ prune: { enabled: true, confirm: ["ConfigMap"], propagation: "foreground" } }),
      },
    };
    const ask = (removal: Removal, changes: Partial<EnvironmentSpec> = {}): boolean =>
      codes({ spec: changes, held: [claim, settings], removals: [removal] }).length > 0;
    assert.ok(ask(remove(claim)));
    assert.ok(!ask(remove(claim), spec));
    assert.ok(ask(remove(settings), spec));
    assert.ok(!ask(remove(settings, { asked: "enabled" }), spec));
    assert.ok(ask(remove(settings, { asked: "confirm" })));
  });

  it("of a Namespace that holds what is to be kept need its own name, not its kind", () => {
    const namespace = held("Namespace", "shop", { owner: "tenant/shop" });
    const claim = held("PersistentVolumeClaim", "data");
    const input = {
      held: [namespace, claim],
      removals: [remove(namespace), remove(claim, { asked: "disabled" as const }, "release")],
    };
    const [refusal] = judge({ ...input, allowance: { confirmed: ["Namespace"] } });
    assert.match(refusal?.finding.message ?? "", /with it what is to be kept: PersistentVolumeClaim shop\/data on eu/);
    assert.deepEqual(codes({ ...input, allowance: { confirmed: ["Namespace/shop"] } }), []);
  });

  it("of an application that left the environment need its name", () => {
    const objects = [...many(2), ...many(40, { owner: "application/old", namespace: "old" })];
    const old = objects.slice(2);
    const input = { spec: limited("100%", "50%"), held: objects, removals: old.map((object) => remove(object)) };
    const [refusal, ...rest] = judge(input);
    assert.deepEqual(rest, []);
    assert.equal(refusal?.finding.code, "EMPTY_APPLICATION");
    assert.match(
      refusal.finding.message,
      /^Application "old" is no longer in the environment; 40 objects of it would go\.$/,
    );
    assert.deepEqual(codes({ ...input, allowance: { confirmed: ["application/old"] } }), []);
    // The name does not lift the limit.
    assert.deepEqual(codes({ ...input, spec: limited(10, "50%"), allowance: { confirmed: ["application/old"] } }), [
      "DELETIONS_EXCEEDED",
    ]);
  });

  it("of all applications are never allowed", () => {
    const objects = many(2);
    const found = judge({
      spec: { applications: {} },
      held: objects,
      removals: objects.map((object) => remove(object)),
      allowance: { deletions: 2, confirmed: ["application/web", "ConfigMap"] },
    });
    assert.deepEqual(
      found.map(({ finding, remedy }) => [finding.code, remedy]),
      [["EMPTY_ENVIRONMENT", undefined]],
    );
  });

  it("never exceed the limits without an exact number, whatever is removed", () => {
    const kinds = ["ConfigMap", "PersistentVolumeClaim", "StatefulSet.apps", "Namespace", "Deployment.apps"];
    const object = fc.record({
      kind: fc.constantFrom(...kinds),
      name: fc.integer({ min: 0, max: 60 }).map((at) => `n${at}`),
      owner: fc.constantFrom("application/web", "application/old", "tenant/shop"),
      action: fc.constantFrom<Action>("delete", "replace", "release", "create"),
    });
    const limit = fc.oneof(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 100 }).map((n) => `${n}%`),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(object, { maxLength: 80, selector: ({ kind, name }) => `${kind}/${name}` }),
        limit,
        limit,
        (objects, environmentLimit, applicationLimit) => {
          const before = objects.map(({ kind, name, owner }) => held(kind, name, { owner }));
          const removals = objects.flatMap(({ kind, name, owner, action }) =>
            action === "create" ? [] : [remove(held(kind, name, { owner }), {}, action)],
          );
          const gone = (owner?: string): number =>
            removals.filter(({ change }) => change.action === "delete" && (owner ?? change.owner) === change.owner)
              .length;
          const allowed = codes({
            spec: limited(environmentLimit, applicationLimit),
            held: before,
            removals,
            allowance: { confirmed: [...kinds, "application/old"] },
          });
          const [all, mine] = [before.length, before.filter(({ owner }) => owner === "application/web").length];
          if (allowed.length === 0) {
            assert.ok(gone() <= limitOf(environmentLimit, all));
            assert.ok(gone("application/web") <= limitOf(applicationLimit, mine));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("take time in proportion to the objects", () => {
    const namespaces = Array.from({ length: 500 }, (_, at) => held("Namespace", `n${at}`, { owner: "tenant/shop" }));
    const objects = Array.from({ length: 50_000 }, (_, at) =>
      held("ConfigMap", `c${at}`, { namespace: `n${at % 500}` }),
    );
    const all = [...namespaces, ...objects];
    const started = performance.now();
    codes({ held: all, removals: all.map((object) => remove(object)) });
    assert.ok(performance.now() - started < 5_000);
  });
});
