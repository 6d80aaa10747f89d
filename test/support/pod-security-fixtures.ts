import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import process from "node:process";
import { z } from "zod";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { isJsonObject } from "../../core/manifest/json.ts";
import { fileLimits } from "../../core/manifest/limits.ts";
import { readYaml } from "../../core/manifest/yaml.ts";
import { findGo, runGo } from "../../toolchain/get/go.ts";
import { kubernetesVersion } from "../../toolchain/parts/control-plane.ts";
import { machineCache } from "./toolchain.ts";

/** A pod with which Kubernetes tests its own admission. */
export interface PodFixture {
  readonly file: string;
  readonly profile: "baseline" | "restricted";
  /** `v1.NN`. */
  readonly version: string;
  /** The check that it is about, in lower case; `base` and the like for none. */
  readonly check: string;
  /** Whether the standard accepts it. */
  readonly passes: boolean;
  readonly object: JsonObject;
}

const fixtureFile = /^(baseline|restricted)\/(v1\.\d+)\/(pass|fail)\/([a-z_]+)\d*\.yaml$/;

/** The fixtures of the Kubernetes that local clusters run, from its Go module; undefined where there is no Go. */
export async function podFixtures(): Promise<readonly PodFixture[] | undefined> {
  const context = { cache: machineCache, env: process.env, progress: () => undefined };
  const go = await findGo(context);
  if (go === undefined) return undefined;
  const module = `k8s.io/pod-security-admission@v${kubernetesVersion.replace(/^1\./, "0.")}`;
  const answer: unknown = JSON.parse(await runGo(go, ["mod", "download", "-json", module], tmpdir(), context));
  const folder = join(z.object({ Dir: z.string() }).parse(answer).Dir, "test", "testdata");
  const files = (await readdir(folder, { recursive: true })).map((file) => file.split(sep).join("/")).sort();
  return Promise.all(
    files.flatMap((file): Promise<PodFixture>[] => {
      const [, profile, version, verdict, check] = fixtureFile.exec(file) ?? [];
      if (version === undefined || check === undefined) return [];
      const fixture = { file, version, check, passes: verdict === "pass" };
      const known = profile === "baseline" ? profile : "restricted";
      return [readObject(join(folder, file)).then((object) => ({ ...fixture, profile: known, object }))];
    }),
  );
}

/** Not as a manifest: the names of some are ones that no cluster takes. */
async function readObject(file: string): Promise<JsonObject> {
  const [document] = [...readYaml(await readFile(file, "utf8"), file, fileLimits)];
  if (!isJsonObject(document?.value)) throw new Error(`${file} holds no object`);
  return document.value;
}
