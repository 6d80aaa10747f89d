import { join } from "node:path";
import { BareRepo } from "../bare-repo.ts";
import { readFolder } from "../read-folder.ts";
import type { Stage } from "../stage.ts";
import type { Person } from "./person.ts";
import { releasedFile, type Release } from "./releases.ts";

/** The config repository as somebody who works on the manifests has it. */
export class ConfigRepo {
  readonly #repo: BareRepo;
  readonly #author: Person;
  readonly #remote: string;
  readonly #stage: Stage;
  #files: Readonly<Record<string, string>>;

  private constructor(repo: BareRepo, author: Person, remote: string, stage: Stage, files: Record<string, string>) {
    this.#repo = repo;
    this.#author = author;
    this.#remote = remote;
    this.#stage = stage;
    this.#files = files;
  }

  /** @param folder - is made; its commits go to `remote` in the name of `author` */
  static async create(folder: string, author: Person, remote: string, stage: Stage): Promise<ConfigRepo> {
    const repo = await BareRepo.create(folder, author.env["PATH"]);
    return new ConfigRepo(repo, author, remote, stage, await readFolder(join(import.meta.dirname, "config")));
  }

  /** Commits a release now, and pushes it; returns its full id. */
  async push({ message, replaces }: Release, now: Date): Promise<string> {
    const old = this.#files[releasedFile] ?? "";
    const text = replaces.reduce((before, [from, to]) => before.replace(from, to), old);
    this.#files = { ...this.#files, [releasedFile]: text };
    const { name, email } = this.#author;
    const id = await this.#repo.commit({
      message: `${message}\n`,
      author: `${name} <${email}>`,
      seconds: Math.floor(now.getTime() / 1000),
      files: this.#files,
    });
    await this.#author.quietly(this.#repo.folder, "push", "--quiet", this.#remote, "main");
    this.#stage.print(`\n${name} pushes commit ${id.slice(0, 7)} to the config repository: "${message}"`);
    return id;
  }
}
