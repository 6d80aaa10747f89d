import type { Part } from "../part.ts";

const version = "1.26.0";

/** A real forge on this machine, for the demo and the tests of pull requests; nothing else uses it. */
export const gitea = {
  title: "Gitea (a forge for the demo and the tests)",
  version,
  advice: "only the walk to production of the demo and the tests need it; building it takes a C compiler",
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
