/** What finding, downloading and building need from the outside. */
export interface ToolContext {
  /** The machine cache; tools live in its folder `toolchain/`. */
  readonly cache: string;
  /** The environment of this process: `PATH`, `HOME`, `DRIFTLESS_*` and what Go and Pulumi read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes one line about long work, at least every 15 seconds. */
  progress(line: string): void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Where a tool came from.
 * - `configured`: a `DRIFTLESS_<TOOL>` variable names it
 * - `PATH`: an installed program that is new enough
 * - `installed`: a plugin in Pulumi's own folder; the engine finds it by itself
 * - `cache`: built by an earlier run
 * - `downloaded`: by the official installer, now or by an earlier run
 * - `built`: from Go modules, just now
 * - `bundled`: comes with this repository
 */
export type ToolOrigin = "configured" | "PATH" | "installed" | "cache" | "downloaded" | "built" | "bundled";

/** A file that was found, before it has a name. */
export interface Found {
  readonly path: string;
  /** Version without a leading `v`; `unknown` where a program cannot tell. */
  readonly version: string;
  readonly origin: ToolOrigin;
}

/** How to judge a program that is installed already. */
export interface Installed {
  /** Name on PATH. */
  readonly command: string;
  /** Arguments that make it print its version; absent: it cannot tell, and any is taken. */
  readonly versionArgs?: readonly string[];
  /** Oldest version that works. */
  readonly atLeast: string;
  /** First version that is not known to work. */
  readonly below?: string;
}

/** Files of a Go module that no package embeds, so that a build has to copy them. */
export interface ModuleFiles {
  readonly module: string;
  /** Paths inside the module; several are joined as YAML documents. */
  readonly from: readonly string[];
  /** Name beside the recipe (`into: "source"`) or path beside `bin/` in the cache (`into: "tool"`). */
  readonly to: string;
  readonly into: "source" | "tool";
}

/** Folders of a Go module that no package embeds, for a part that reads them when it runs. */
export interface ModuleFolders {
  readonly module: string;
  /** Folders inside the module. */
  readonly from: readonly string[];
  /** Folder beside `bin/` in the cache that they are copied into. */
  readonly to: string;
}

/** How a part is built from Go modules. */
export interface Recipe {
  /** Folder below `toolchain/recipes/` with `go.mod`, `go.sum` and perhaps `main.go`. */
  readonly folder: string;
  /** Package to build: a tool of the recipe's `go.mod`, or `.` for its own `main.go`. */
  readonly package: string;
  /** Values for the linker's `-X`. */
  readonly set: readonly string[];
  /** Name of the executable. */
  readonly binary: string;
  /** Other names of a multi-call executable. */
  readonly links?: readonly string[];
  readonly files?: readonly ModuleFiles[];
  readonly folders?: readonly ModuleFolders[];
  /** True where it has parts in C, so that a C compiler is needed. Default: false. */
  readonly cgo?: boolean;
  /** Build tags. */
  readonly tags?: readonly string[];
  /** Roughly how long a first build takes on two cores, in seconds. */
  readonly seconds: number;
}

/** Fetches a part with its official installer; undefined if that was not possible. */
export type Download = (ctx: ToolContext, pulumi: string | undefined) => Promise<Found | undefined>;

/** One tool: what it is, and each way to get it. A way that is absent is not tried. */
export interface Part {
  /** What it is, for a person. */
  readonly title: string;
  /** The version that is downloaded or built. */
  readonly version: string;
  /** How a person gets it without us. */
  readonly advice: string;
  readonly installed?: Installed;
  /** Looks where the official installers put it, and for what comes with this repository. `pulumi`: the CLI in use. */
  readonly locate?: (ctx: ToolContext, pulumi: string | undefined) => Promise<Found | undefined>;
  readonly download?: Download;
  readonly recipe?: Recipe;
  /** This tool is a link inside that part. */
  readonly memberOf?: string;
}
