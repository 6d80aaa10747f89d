import assert from "node:assert/strict";
import { copyFile, rename, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { stateFile, stateFiles } from "../../automation/engine/state-files.ts";
import { keptBaseline } from "../../core/drift/stash.ts";
import type { CommandOptions } from "../support/command-line.ts";
import { DeliveryEnvironment } from "../support/delivery-environment.ts";
import { create, drifts, merge, noise, type DriftRow } from "../support/drift-rows.ts";
import { definition, document, manifests, tenants } from "../support/drift-scene.ts";
import { openTestEngine } from "../support/engine.ts";
import { startInjectingWebhook, type InjectingWebhook } from "../support/injecting-webhook.ts";

/** What `drift --json` prints, as far as these tests read it. */
interface Printed {
  readonly environments: readonly [
    {
      readonly outcome: string;
      readonly objects: readonly {
        readonly verdict: string;
        readonly kind: string;
        readonly name: string;
        readonly differences: readonly {
          readonly path: string;
          readonly kind: string;
          readonly managers: readonly { readonly manager: string }[];
        }[];
      }[];
      readonly errors: readonly { readonly code: string }[];
    },
  ];
}

/** Something that keeps the scan from looking, while it lasts; what is known nevertheless is still reported. */
interface Fault {
  readonly name: string;
  readonly codes: readonly string[];
  /** How the run differs. */
  readonly run?: () => Promise<CommandOptions>;
  /** Brings it about; returns what ends it. */
  readonly begin?: () => Promise<() => Promise<unknown>>;
  /** What is not reported while it lasts, by name of the objects. Default: nothing is missing. */
  readonly hides?: readonly string[] | "all" | "all but what is gone";
}

describe("Every kind of drift on a real API server with a mutating webhook", function () {
  this.timeout(300_000);
  let dev: DeliveryEnvironment;
  let webhook: InjectingWebhook;
  /** All that was said before the row that is tried. */
  let known: readonly string[] = [];

  before(async () => {
    dev = await DeliveryEnvironment.start("drift-table");
    webhook = await startInjectingWebhook(dev.cluster, dev.cluster.folder);
    await create(dev, definition);
    await dev.commit(manifests);
    await dev.write(document, tenants, { eu: { kubeconfig: {} }, edge: { kubeconfig: { env: "EDGE" } } });
    await webhook.untilCalled();
    await up();
  });
  after(async () => {
    await webhook.close();
    await dev.remove();
  });

  it("is none after an update", async () => {
    assert.deepEqual(await measure(0), { codes: [], rows: [] });
  });

  describe("is not that", () => {
    for (const row of noise) {
      it(row.name, async () => {
        await make(row);
        assert.deepEqual(await measure(0), { codes: [], rows: [] });
      });
    }
  });

  describe("is", () => {
    it("a fight once updates have taken a field back from the same hand twice", async () => {
      const rival = () => dev.kubectl(...merge("cm/contested", '{"data":{"key":"2"}}', "--field-manager=rival"));
      for (let round = 0; round < 2; round += 1) {
        await rival();
        assert.deepEqual((await measure(2)).rows, ["contested changed data.key rival"]);
        await up("--refresh");
      }
      assert.deepEqual((await measure(0)).rows, []);
      await rival();
      await finds(["contested changed data.key rival", "contested fought-over"]);
    });

    for (const row of drifts) {
      it(row.name, async () => {
        await make(row);
        await finds(row.says ?? []);
      });
    }
  });

  describe("is not known, is no error of anything else, and is neither deleted nor unchanged, where", () => {
    const faults: readonly Fault[] = [
      {
        name: "a cluster does not answer",
        codes: ["CLUSTER_UNREACHABLE"],
        run: () => asOnEdge((config) => config.replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:9")),
        hides: ["far"],
      },
      {
        name: "an identity may not list",
        codes: ["READ_DENIED"],
        run: async () => {
          await dev.kubectl("create", "serviceaccount", "stranger");
          const token = await dev.kubectl("create", "token", "stranger");
          return asOnEdge((config) => config.replace(/"token": *"[^"]*"/, `"token":"${token}"`));
        },
        hides: ["far"],
      },
      {
        name: "the state holds no baseline",
        codes: ["BASELINE_MISSING"],
        begin: () => otherBaseline(""),
        hides: "all but what is gone",
      },
      {
        name: "the baseline is damaged",
        codes: ["BASELINE_INVALID"],
        begin: () => otherBaseline("driftless-baseline/1:AAAA"),
        hides: "all but what is gone",
      },
      { name: "the state is damaged", codes: ["STATE_CORRUPT"], begin: cutState, hides: "all" },
      {
        name: "the source of what is ignored cannot be read",
        codes: ["GIT_UNREACHABLE"],
        begin: hideSource,
        run: () => Promise.resolve({ io: { cache: join(dev.cluster.folder, "empty-cache") } }),
      },
      {
        name: "a kind is not served any more",
        codes: ["KIND_UNKNOWN"],
        begin: async () => {
          await dev.kubectl("delete", "crd", "widgets.example.com");
          return () => Promise.resolve();
        },
        hides: ["gadget"],
      },
    ];
    for (const { name, codes, run, begin, hides = [] } of faults) {
      it(name, async () => {
        const end = await begin?.();
        try {
          const found = await measure(1, await run?.());
          assert.deepEqual(found, { codes, rows: known.filter((row) => !isHidden(row, hides)).sort() });
        } finally {
          await end?.();
        }
      });
    }
  });

  function isHidden(row: string, hides: NonNullable<Fault["hides"]>): boolean {
    if (hides === "all but what is gone") return !/ (deleted|orphan)$/.test(row);
    return hides === "all" || hides.includes(row.split(" ")[0] ?? "");
  }

  /** Exactly this is said beside what was said before, and all of that still is. */
  async function finds(says: readonly string[]): Promise<void> {
    const { codes, rows } = await measure(2);
    const before = known;
    known = rows;
    assert.deepEqual(
      {
        codes,
        says: rows.filter((row) => !before.includes(row)),
        forgotten: before.filter((row) => !rows.includes(row)),
      },
      { codes: [], says: [...says].sort(), forgotten: [] },
    );
  }

  function up(...args: readonly string[]) {
    return run(["up", "dev", "--yes", ...args], 0);
  }

  async function run(args: readonly string[], exitCode: number, options: CommandOptions = {}): Promise<string> {
    const env = { EDGE: dev.cluster.kubeconfig, ...options.env };
    const { exitCode: code, stdout, stderr } = await dev.run(args, { ...options, env });
    assert.equal(code, exitCode, stdout + stderr);
    return stdout;
  }

  async function make({ make: how }: DriftRow): Promise<void> {
    await (typeof how === "function" ? how(dev) : dev.kubectl(...how));
  }

  /** All that is said, sorted. */
  async function measure(exitCode: number, options: CommandOptions = {}) {
    const [environment] = (JSON.parse(await run(["drift", "dev", "--json"], exitCode, options)) as Printed)
      .environments;
    const said = environment.objects.flatMap(({ verdict, name, differences }) => [
      ...(verdict === "drifted" ? [] : [`${name} ${verdict}`]),
      // One that was made anew differs in whatever its maker left out.
      ...(verdict === "recreated" ? [] : differences).map(({ kind, path, managers }) =>
        [name, kind, path, ...managers.map(({ manager }) => manager)].join(" "),
      ),
    ]);
    return { codes: [...new Set(environment.errors.map(({ code }) => code))], rows: said.sort() };
  }

  /** The run of somebody whose kubeconfig for the cluster `edge` is another one. */
  async function asOnEdge(change: (config: string) => string): Promise<CommandOptions> {
    const file = join(dev.cluster.folder, "edge.json");
    await writeFile(file, change(await dev.cluster.kubectl("config", "view", "--raw", "-o", "json")));
    return { env: { EDGE: file } };
  }

  async function otherBaseline(baseline: string): Promise<() => Promise<void>> {
    const engine = await openTestEngine(dev.project, dev.cluster.kubeconfig, { env: { EDGE: dev.cluster.kubeconfig } });
    const kept = keptBaseline((await engine.exportState())?.deployment);
    assert.ok(kept !== undefined);
    await engine.keepBaseline({ baseline });
    return () => engine.keepBaseline({ baseline: kept.baseline });
  }

  async function cutState(): Promise<() => Promise<void>> {
    const { folder } = dev.project;
    const file = await stateFile(stateFiles(join(folder, ".driftless", "state"), folder, "driftless", "dev"));
    assert.ok(file !== undefined);
    await copyFile(file, `${file}.kept`);
    await truncate(file, 500);
    return () => rename(`${file}.kept`, file);
  }

  async function hideSource(): Promise<() => Promise<void>> {
    const source = join(dev.project.folder, "config.git");
    await rename(source, `${source}.hidden`);
    return () => rename(`${source}.hidden`, source);
  }
});
