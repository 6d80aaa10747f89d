import manifest from "../package.json" with { type: "json" };

/** The version of Driftless. */
export const version: string = manifest.version;
