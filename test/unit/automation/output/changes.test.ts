import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { changeLines, summary } from "../../../../automation/output/changes.ts";
import { paint } from "../../../../automation/output/line.ts";
import type { HookRun } from "../../../../automation/engine/types.ts";
import { hasWork } from "../../../../automation/output/change-set.ts";
import type { ObjectChange } from "../../../../core/plan/change.ts";

const base = { owner: "application/storefront", cluster: "local", namespace: "shop", fields: [] } as const;
const created: ObjectChange = { ...base, action: "create", kind: "ConfigMap", name: "settings" };
const scaled: ObjectChange = {
  ...base,
  action: "update",
  kind: "Deployment.apps",
  name: "storefront",
  fields: [{ path: "spec.replicas", kind: "change", before: 2, after: 3 }],
};

function text(changes: readonly ObjectChange[], same?: ReadonlyMap<string, number>): string {
  return paint(changeLines({ changes, ...(same === undefined ? {} : { same }) }), { colours: false });
}

describe("The table of changes", () => {
  it("is empty when nothing changes", () => {
    assert.equal(text([]), "");
    assert.equal(summary({ changes: [] }, "future"), "nothing to change");
    assert.equal(summary({ changes: [] }, "past"), "nothing changed");
  });

  it("shows counts per owner, then one line per object with its only field", () => {
    assert.equal(
      text([created, scaled], new Map([["application/storefront", 4]])),
      [
        "            create  update  replace  delete  same",
        "storefront       1       1        -       -     4",
        "",
        "storefront",
        "  + ConfigMap shop/settings",
        "  ~ Deployment.apps shop/storefront  spec.replicas: 2 → 3",
        "",
      ].join("\n"),
    );
  });

  it("shows hooks where they run, and how one ended that did not end well", () => {
    const hook = { application: "storefront", object: "local/shop/Job.batch/migrate", state: "planned" } as const;
    const hooks: readonly HookRun[] = [
      { ...hook, phase: "pre-deploy" },
      { ...hook, phase: "post-deploy", object: "local/shop/Job.batch/warm", state: "skipped" },
    ];
    const set = { changes: [created], hooks };
    assert.equal(
      paint(changeLines(set), { colours: false }),
      [
        "            create  update  replace  delete",
        "storefront       1       -        -       -",
        "",
        "storefront",
        "  ▸ run Job.batch shop/migrate  (pre-deploy hook)",
        "  + ConfigMap shop/settings",
        "  ▸ run Job.batch shop/warm  (post-deploy hook)  skipped",
        "",
      ].join("\n"),
    );
    assert.equal(summary(set, "future"), "1 to create, 2 hooks to run");
    assert.equal(summary({ changes: [], hooks: hooks.slice(0, 1) }, "future"), "1 hook to run");
    const ran = hooks.map((each, index) => (index === 0 ? { ...each, state: "done" as const } : each));
    assert.equal(summary({ changes: [created], hooks: ran }, "past"), "1 created, 1 hook run");
  });

  it("says what is waited for where nothing changes", () => {
    assert.equal(
      summary({ changes: [], waits: ["web"] }, "future"),
      "nothing to change; up waits until web is healthy",
    );
    assert.equal(summary({ changes: [], waits: ["db", "web"] }, "past"), "nothing changed; db, web are healthy");
    const many = ["a", "b", "c", "d", "e", "f", "g"];
    assert.match(summary({ changes: [], waits: many }, "future"), /until a, b, c, d, e and 2 more are healthy$/);
    assert.deepEqual(
      [hasWork({ changes: [] }), hasWork({ changes: [], waits: ["web"] }), hasWork({ changes: [], hooks: [] })],
      [false, true, false],
    );
  });

  it("says of a part of a cluster that it stays at AWS", () => {
    const vpc = { owner: "cluster/eu", cluster: "eu", kind: "Vpc.ec2.aws", name: "vpc", fields: [] };
    assert.match(text([{ ...vpc, action: "release" }]), /· Vpc\.ec2\.aws vpc {2}stays at AWS, no longer managed/);
  });

  it("has columns for what is adopted and released only where that happens, and says what it means", () => {
    const adopted: ObjectChange = { ...scaled, action: "adopt", from: "Helm release shop/web" };
    const released: ObjectChange = { ...created, action: "release" };
    assert.equal(
      text([adopted, released]),
      [
        "            create  adopt  update  replace  delete  release",
        "storefront       -      1       -        -       -        1",
        "",
        "storefront",
        "  » Deployment.apps shop/storefront  exists already, managed by Helm release shop/web so far  spec.replicas: 2 → 3",
        "  · ConfigMap shop/settings  stays on the cluster, no longer managed",
        "",
      ].join("\n"),
    );
    assert.equal(summary({ changes: [adopted, released] }, "future"), "1 to adopt, 1 to release");
  });

  it("marks hooks", () => {
    const hook: ObjectChange = { ...base, action: "delete", kind: "Job.batch", name: "migrate", hook: "pre-deploy" };
    assert.match(text([hook]), /^ {2}- Job\.batch shop\/migrate \(pre-deploy hook\)$/m);
  });

  it("puts tenants before applications and adds a total where there are several owners", () => {
    const quota: ObjectChange = {
      ...base,
      owner: "tenant/shop",
      action: "delete",
      kind: "ResourceQuota",
      name: "quota",
    };
    const lines = text([created, quota]).split("\n");
    assert.deepEqual(
      lines.slice(1, 4).map((line) => line.trim().split(/ +/)),
      [
        ["tenant/shop", "-", "-", "-", "1"],
        ["storefront", "1", "-", "-", "-"],
        ["total", "1", "-", "-", "1"],
      ],
    );
    assert.equal(summary({ changes: [created, quota] }, "past"), "1 created, 1 deleted");
  });

  it("gives several fields a line each, and counts those beyond twenty", () => {
    const fields = Array.from({ length: 23 }, (_, index) => ({
      path: `data.k${index}`,
      kind: "add" as const,
      after: "v",
    }));
    const lines = text([{ ...created, action: "update", fields }]).split("\n");
    assert.ok(lines.includes("      data.k19: v (added)"));
    assert.ok(!lines.includes("      data.k20: v (added)"));
    assert.ok(lines.includes("      … and 3 more fields"));
  });

  it("names the cluster only when several are touched", () => {
    assert.match(text([created, { ...scaled, cluster: "eu" }]), /shop\/settings on local\n/);
    assert.doesNotMatch(text([created, scaled]), / on /);
  });

  it("says what a replacement means, and shows a cluster-scoped object without a namespace", () => {
    const replaced: ObjectChange = {
      action: "replace",
      owner: "tenant/shop",
      cluster: "local",
      kind: "Namespace",
      name: "shop",
      fields: [],
    };
    assert.match(text([replaced]), / {2}± Namespace shop {2}deleted and created again\n/);
  });

  it("never shows the values of a Secret, nor the copy that kubectl leaves in an annotation", () => {
    const secret: ObjectChange = {
      ...base,
      action: "update",
      kind: "Secret",
      name: "token",
      fields: [
        { path: "data.token", kind: "change", before: "Y2FuYXJ5LW9uZQ==", after: "Y2FuYXJ5LXR3bw==" },
        { path: "stringData", kind: "add", after: { token: "canary" } },
        {
          path: 'metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]',
          kind: "remove",
          before: "canary",
        },
        { path: "metadata.labels.team", kind: "change", before: "a", after: "b" },
      ],
    };
    const output = text([secret]);
    assert.doesNotMatch(output, /canary|Y2FuYXJ5/);
    assert.match(output, /data\.token: \[secret\] → \[secret\]\n/);
    assert.match(output, /metadata\.labels\.team: a → b\n/);
  });

  it("takes time in proportion to the changes, not to owners times changes", () => {
    const many = Array.from({ length: 4_000 }, (_, index): ObjectChange => ({
      ...created,
      owner: `application/app-${index}`,
    }));
    let reads = 0;
    const counted = many.map(
      (change) => new Proxy(change, { get: (target, key) => (reads++, Reflect.get(target, key) as unknown) }),
    );
    assert.equal(changeLines({ changes: counted }).length, 4_002 + 3 * 4_000);
    assert.ok(reads < 30 * many.length, `${reads} reads`);
  });

  it("elides long values in the middle", () => {
    const long = `${"a".repeat(100)}${"z".repeat(100)}`;
    const output = text([{ ...scaled, fields: [{ path: "spec.x", kind: "add", after: long }] }]);
    assert.match(output, /spec\.x: a{28} … z{28} \(added\)/);
  });

  it("keeps control characters, forged lines and colours of a repository out of the terminal", () => {
    const hostile: ObjectChange = {
      ...created,
      action: "update",
      name: "x\u001b[2J\nforged line\u202e",
      fields: [{ path: "data.k", kind: "add", after: "ok\r\u009b31m" }],
    };
    const output = text([hostile]);
    // eslint would be right elsewhere: control characters are what must not be there.
    assert.doesNotMatch(output.replaceAll("\n", ""), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    assert.equal(output.split("\n").filter((line) => line.startsWith("forged")).length, 0);
  });
});
