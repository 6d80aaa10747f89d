import { compare } from "../../core/drift/compare.ts";
import { isJsonObject, isList, record } from "../../core/manifest/json.ts";
import type { Json } from "../../core/manifest/manifest.ts";
import { fieldPath } from "../../core/plan/path.ts";
import { timedRun, type TimedRun } from "../timed-run.ts";
import type { Arena } from "../contestants/contestant.ts";
import type { Driftless } from "./world.ts";

/** What somebody who looks for drift was told: by `Kind/name` of the object, what is said of it. */
export type Found = ReadonlyMap<string, string>;

/** One look for drift. */
export interface Look {
  readonly run: TimedRun;
  readonly found: Found;
}

/** A way of looking for drift. */
export interface Detector {
  readonly name: string;
  look(): Promise<Look>;
}

/** Our own scan. */
export function driftlessDrift(driftless: Driftless): Detector {
  return {
    name: "driftless drift",
    look: async () => {
      const run = await driftless.run(["drift", "bench", "--json"], [0, 2]);
      return { run, found: foundByDrift(run.stdout) };
    },
  };
}

/** The engine's preview, compared with the clusters. */
export function refreshedPreview(driftless: Driftless): Detector {
  return {
    name: "preview --refresh",
    look: async () => {
      const run = await driftless.run(["preview", "bench", "--refresh", "--json"], [0, 2]);
      return { run, found: foundByPreview(run.stdout) };
    },
  };
}

/** `kubectl diff --server-side`, which prints objects as they are and would be. */
export function kubectlDiff({ env, kubeconfig, folder }: Arena, kubectl: string, manifests: string): Detector {
  return {
    name: "kubectl diff",
    look: async () => {
      const args = ["diff", "--server-side", "--force-conflicts", "-f", manifests];
      const run = await timedRun(kubectl, args, {
        cwd: folder,
        env: { ...env, KUBECONFIG: kubeconfig },
        codes: [0, 1],
      });
      return { run, found: foundByKubectl(run.stdout) };
    },
  };
}

/** The dry run of Flux's apply engine. */
export function fluxDiff({ env, kubeconfig, folder }: Arena, flux: string, manifests: string): Detector {
  return {
    name: "Flux dry run",
    look: async () => {
      const run = await timedRun(flux, ["diff", kubeconfig, manifests], { cwd: folder, env });
      return { run, found: foundByFlux(run.stdout) };
    },
  };
}

/** Reads what `driftless drift --json` prints. */
export function foundByDrift(text: string): Found {
  const [environment] = listAt(parse(text), "environments");
  const { outcome } = record(environment);
  if (outcome !== "none" && outcome !== "drift") throw new Error(`the scan has errors: ${text.slice(0, 2_000)}`);
  return byObject(
    listAt(environment, "objects").map((object) => {
      const { verdict, kind, name } = record(object);
      const fields = listAt(object, "differences").map((difference) =>
        JSON.stringify({ ...record(difference), managers: 0 }),
      );
      return [`${plainKind(kind)}/${textOf(name)}`, [textOf(verdict), ...fields].join("\n")];
    }),
  );
}

/** Reads what `driftless preview --json` prints. */
export function foundByPreview(text: string): Found {
  return byObject(
    listAt(parse(text), "changes").map((change) => {
      const { action, kind, name } = record(change);
      return [
        `${plainKind(kind)}/${textOf(name)}`,
        [textOf(action), ...listAt(change, "fields").map((field) => JSON.stringify(field))].join("\n"),
      ];
    }),
  );
}

/** Reads unified diffs of files that are named after objects: `apps.v1.Deployment.<namespace>.<name>`. */
export function foundByKubectl(text: string): Found {
  return byObject(
    text
      .split(/^diff .*$/m)
      .slice(1)
      .map((part) => {
        const file = /^--- \S*\/(\S+)/m.exec(part)?.[1] ?? "";
        const [name = "", , kind = ""] = file.split(".").reverse();
        const lines = part.split("\n").filter((line) => /^[+-](?![+-]{2} )/.test(line));
        const isNew = /^@@ -0,0 /m.test(part);
        return [`${kind}/${name}`, [...(isNew ? ["create"] : []), ...lines].join("\n")];
      }),
  );
}

/** Reads what `flux-ssa diff` prints: objects as they are and would be. */
export function foundByFlux(text: string): Found {
  return byObject(
    listAt(parse(text), "differences").map((difference) => {
      const { kind, name, action, live, merged } = record(difference);
      const fields =
        isJsonObject(live) && isJsonObject(merged)
          ? compare(live, merged).map((each) => JSON.stringify({ ...each, path: fieldPath(each.steps) }))
          : [];
      return [`${textOf(kind)}/${textOf(name)}`, [textOf(action), ...fields].join("\n")];
    }),
  );
}

function byObject(entries: readonly (readonly string[])[]): Found {
  return new Map(entries.map(([object = "", text = ""]) => [object, text]));
}

function parse(text: string): Json {
  return JSON.parse(text) as Json;
}

function listAt(value: Json | undefined, key: string): readonly Json[] {
  const list = record(value)[key];
  return isList(list) ? list : [];
}

/** `Deployment` of `Deployment.apps`. */
function plainKind(kind: Json | undefined): string {
  return textOf(kind).split(".")[0] ?? "";
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
