import type { Part } from "../part.ts";

/** Flux's apply engine behind a small command line: a peer in `bench/`, nothing else uses it. */
export const fluxSsa = {
  title: "Flux's apply engine (for the benchmarks)",
  version: "0.70.0",
  advice: "only the benchmarks need it",
  recipe: { folder: "flux-ssa", package: ".", set: [], binary: "flux-ssa", seconds: 90 },
} as const satisfies Part;
