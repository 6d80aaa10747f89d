import { createHash, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failure } from "../../errors/error.ts";
import { ignore } from "../../errors/system-error.ts";
import { ProgramError, runProgram } from "../../exec/run.ts";
import { evict } from "../cache.ts";
import { renderLimits } from "../limits.ts";
import type { PinnedChart } from "../options.ts";
import type { RenderContext } from "../renderer.ts";
import { archiveLimits } from "./archive.ts";
import { pullFailure } from "./pull-failure.ts";

const fetchSeconds = 120;
const maxCacheBytes = 1024 ** 3;

/** Fetches that are under way; renderings of one run share them. */
const fetches = new Map<string, Promise<Buffer>>();

/**
 * The archive of a chart: from the cache, or from its repository with Helm's own client. Nothing but exactly the bytes of
 * its digest is ever returned or kept, wherever they came from.
 * @throws CHART_MISMATCH, CHART_NOT_FOUND, CHART_UNREACHABLE, RENDER_LIMIT, TOOL_MISSING, INTERRUPTED: without a place.
 */
export async function fetchChart(chart: PinnedChart, context: RenderContext): Promise<Buffer> {
  const file = join(context.cache, "charts", `${chart.digest.replace(":", "-")}.tgz`);
  const known = await readFile(file).catch(ignore("ENOENT"));
  if (known !== undefined && digestOf(known) === chart.digest) return known;

  const running = fetches.get(file);
  if (running !== undefined) return running;
  const fetching = pull(chart, context).then(async (content) => {
    await keep(file, content);
    return content;
  });
  fetches.set(file, fetching);
  try {
    return await fetching;
  } finally {
    fetches.delete(file);
  }
}

/** Runs `helm pull` in a folder of its own, with an empty home: no repositories, plugins or cache of the user's. */
async function pull(chart: PinnedChart, context: RenderContext): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "driftless-chart-"));
  try {
    const target = join(folder, "target");
    await mkdir(target);
    await runProgram({
      file: context.tools.helm.path,
      args: pullArguments(chart, target),
      cwd: folder,
      env: pullEnvironment(folder, context.env ?? {}),
      timeoutMs: fetchSeconds * 1000,
      maxOutputBytes: 1 << 20,
      maxMemoryBytes: renderLimits.memoryBytes,
      signal: context.signal,
    }).catch((error: unknown) => {
      throw error instanceof ProgramError ? pullFailure(error, chart) : error;
    });
    return await readPulled(chart, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pullArguments({ repository, name, version }: PinnedChart, target: string): readonly string[] {
  const base = repository.replace(/\/+$/, "");
  const where = base.startsWith("oci://") ? ["--", `${base}/${name}`] : [`--repo=${base}`, "--", name];
  return ["pull", `--version=${version}`, `--destination=${target}`, ...where];
}

/** What a client of registries needs of the machine: the way out, whom to trust, and the logins of docker and helm. */
function pullEnvironment(folder: string, env: NonNullable<RenderContext["env"]>): Record<string, string | undefined> {
  const home = env["HOME"];
  const config = env["XDG_CONFIG_HOME"] ?? (home === undefined ? undefined : join(home, ".config"));
  const passed = ["PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"];
  return {
    ...Object.fromEntries(passed.map((variable) => [variable, env[variable]])),
    HOME: folder,
    TMPDIR: folder,
    HELM_CACHE_HOME: join(folder, "cache"),
    HELM_CONFIG_HOME: join(folder, "config"),
    HELM_DATA_HOME: join(folder, "data"),
    DOCKER_CONFIG: env["DOCKER_CONFIG"] ?? (home === undefined ? undefined : join(home, ".docker")),
    HELM_REGISTRY_CONFIG:
      env["HELM_REGISTRY_CONFIG"] ??
      (config === undefined ? undefined : join(config, "helm", "registry", "config.json")),
  };
}

async function readPulled(chart: PinnedChart, target: string): Promise<Buffer> {
  const [file, ...others] = (await readdir(target)).filter((name) => !name.endsWith(".prov"));
  if (file === undefined || others.length > 0)
    throw failure("CHART_NOT_FOUND", `${label(chart)} did not arrive as one archive.`, "Check the repository.");
  const path = join(target, file);
  if ((await stat(path)).size > archiveLimits.bytes) {
    const message = `${label(chart)} is larger than ${archiveLimits.bytes >> 20} MiB.`;
    throw failure("RENDER_LIMIT", message, "Use a smaller chart, or vendor what you need of it.");
  }
  const content = await readFile(path);
  const digest = digestOf(content);
  if (digest === chart.digest) return content;
  throw failure(
    "CHART_MISMATCH",
    `${label(chart)} is ${digest}, but ${chart.digest} is pinned.`,
    "Somebody replaced it, or the pin is wrong: find out which before you change the pin.",
  );
}

/** Safe with other processes that keep the same archive. */
async function keep(file: string, content: Buffer): Promise<void> {
  const folder = join(file, "..");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content, { mode: 0o600, flag: "wx" });
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  await evict(folder, maxCacheBytes);
}

function label({ name, version, repository }: PinnedChart): string {
  return `The chart ${name} ${version} of ${repository}`;
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
