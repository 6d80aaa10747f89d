import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { DriftlessError } from "../core/errors/error.ts";
import { findOnPath } from "./find/executable.ts";
import { probeVersion } from "./find/probe.ts";
import { findGo } from "./get/go.ts";
import { judgeGit } from "./git-version.ts";
import type { ToolContext, ToolOrigin } from "./part.ts";
import { partOf, toolGroups, toolNames, type ToolName } from "./registry.ts";
import { canDownload, findTool } from "./toolchain.ts";

/** One thing that Driftless needs, or could use. */
export interface DoctorEntry {
  /** Name of the program, such as `pulumi`. */
  readonly name: string;
  /** What it is, for a person. */
  readonly title: string;
  /**
   * - `ok`: there
   * - `warning`: there, but read the note
   * - `absent`: not there yet; the note says how it will be had on first use, or that only some work needs it
   * - `missing`: not there, and nothing can get it; the note says what to do
   */
  readonly status: "ok" | "warning" | "absent" | "missing";
  readonly version?: string;
  readonly origin?: ToolOrigin;
  /** For people: inside this repository relative to it, inside the home folder with `~`. */
  readonly path?: string;
  readonly note?: string;
}

/** What is on this machine. */
export interface DoctorReport {
  /** Tools in the order of the registry, then Git and Go. */
  readonly entries: readonly DoctorEntry[];
  /** False if something is `missing`. */
  readonly healthy: boolean;
}

/** Ways to get what is absent. */
interface Means {
  readonly build: boolean;
  readonly download: boolean;
}

const repository = fileURLToPath(new URL("../", import.meta.url));

/** Looks at every part of the toolchain; changes and downloads nothing, but asks whether the download site is there. */
export async function inspectToolchain(ctx: ToolContext): Promise<DoctorReport> {
  const go = await inspectGo(ctx);
  const can = { build: go.status === "ok", download: await canDownload(ctx) };
  const entries: DoctorEntry[] = [];
  for (const name of toolNames) entries.push(await inspectTool(name, can, ctx));
  entries.push(await inspectGit(ctx), go);
  return { entries, healthy: entries.every(({ status }) => status !== "missing") };
}

async function inspectTool(name: ToolName, can: Means, ctx: ToolContext): Promise<DoctorEntry> {
  const part = partOf(name);
  try {
    const tool = await findTool(name, ctx);
    if (tool === undefined) return absentTool(name, can);
    const { version, origin, path } = tool;
    return { name, title: part.title, status: "ok", version, origin, path: showPath(path, ctx) };
  } catch (error) {
    if (!(error instanceof DriftlessError)) throw error;
    const [{ message, fix }] = error.findings;
    return { name, title: part.title, status: "missing", note: `${message} ${fix}` };
  }
}

/** How an absent tool will be had. Local clusters and benchmarks are not for everybody, so lacking theirs is no fault. */
function absentTool(name: ToolName, can: Means): DoctorEntry {
  const { title, version, advice, download, recipe, memberOf } = partOf(name);
  const ways = [
    ...(can.download && download !== undefined ? ["downloaded with its official installer"] : []),
    ...(can.build && recipe !== undefined ? [`built from Go modules (about ${recipe.seconds} s)`] : []),
    ...(can.build && memberOf !== undefined ? [`built from Go modules with ${memberOf}`] : []),
  ];
  if (ways.length > 0) return { name, title, status: "absent", version, note: `on first use: ${ways.join(", else ")}` };
  const optional = [...toolGroups.cluster, ...toolGroups.bench, ...toolGroups.forge].some((other) => other === name);
  const note = `${advice}; or install Go 1.26 or newer (https://go.dev/dl/), then it is built on first use`;
  return { name, title, status: optional ? "absent" : "missing", note };
}

async function inspectGo(ctx: ToolContext): Promise<DoctorEntry> {
  const entry = { name: "go", title: "Go (builds what cannot be downloaded)" };
  const path = await findGo(ctx);
  if (path === undefined) return { ...entry, status: "absent", note: "install it from https://go.dev/dl/ if needed" };
  const version = await probeVersion(path, ["version"], ctx);
  return { ...entry, status: "ok", origin: "PATH", path: showPath(path, ctx), ...(version && { version }) };
}

async function inspectGit(ctx: ToolContext): Promise<DoctorEntry> {
  const entry = { name: "git", title: "Git" };
  const path = await findOnPath("git", ctx.env["PATH"]);
  const version = path === undefined ? undefined : await probeVersion(path, ["--version"], ctx);
  const found = path === undefined ? {} : { origin: "PATH" as const, path: showPath(path, ctx) };
  return { ...entry, ...found, ...(version && { version }), ...judgeGit(version) };
}

function showPath(path: string, ctx: ToolContext): string {
  if (path.startsWith(repository)) return relative(repository, path);
  const home = ctx.env["HOME"];
  return home !== undefined && home !== "/" && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
