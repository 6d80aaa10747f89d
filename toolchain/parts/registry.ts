import type { Part } from "../part.ts";

const version = "3.1.2";

/** A real registry of images on this machine, for the tests of image updates; nothing else uses it. */
export const registry = {
  title: "Distribution, the registry of images (for the tests of image updates)",
  version,
  advice: "only the tests need it",
  recipe: {
    folder: "registry",
    package: ".",
    set: [],
    binary: "registry",
    seconds: 60,
  },
} as const satisfies Part;
