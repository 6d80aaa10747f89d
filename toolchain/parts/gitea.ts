import type { Part } from "../part.ts";

const version = "1.26.0";

/** A real forge on this machine, for the tests of pull requests; nothing else uses it. */
export const gitea = {
  title: "Gitea (for the tests of pull requests)",
  version,
  advice: "only the tests need it; building it takes a C compiler",
  recipe: {
    folder: "gitea",
    package: "code.gitea.io/gitea",
    set: [`main.Version=${version}`],
    binary: "gitea",
    // Its driver of SQLite is written in C.
    cgo: true,
    tags: ["sqlite", "sqlite_unlock_notify"],
    folders: [{ module: "code.gitea.io/gitea", from: ["options", "public", "templates"], to: "share" }],
    seconds: 140,
  },
} as const satisfies Part;
