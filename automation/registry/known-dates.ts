import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isSystemError } from "../../core/errors/system-error.ts";
import { parseJson } from "../../core/manifest/parse-json.ts";

const schema = z.record(z.string(), z.iso.datetime().nullable());
const most = 20_000;

/** When images were made, by digest, as earlier runs were told: what a digest leads to never changes. */
export class KnownDates {
  readonly #folder: string;
  readonly #dates: Map<string, string | null>;
  #isNew = false;

  private constructor(folder: string, dates: Map<string, string | null>) {
    this.#folder = folder;
    this.#dates = dates;
  }

  /** @param cache The machine cache. */
  static async read(cache: string): Promise<KnownDates> {
    const folder = join(cache, "images");
    const text = await readFile(join(folder, file), "utf8").catch((error: unknown) => {
      if (isSystemError(error)) return "";
      throw error;
    });
    return new KnownDates(folder, new Map(Object.entries(schema.safeParse(parseJson(text)).data ?? {})));
  }

  /** The date of a digest, asked for once; undefined where the image does not say. */
  async of(digest: string, ask: () => Promise<Date | undefined>): Promise<Date | undefined> {
    const known = this.#dates.get(digest);
    if (known !== undefined) return known === null ? undefined : new Date(known);
    const date = await ask();
    this.#dates.set(digest, date?.toISOString() ?? null);
    this.#isNew = true;
    return date;
  }

  /** Keeps what is new for the next run. What another one keeps at the same moment may be asked for again. */
  async save(): Promise<void> {
    if (!this.#isNew) return;
    const text = JSON.stringify(Object.fromEntries([...this.#dates].slice(-most)));
    const temporary = join(this.#folder, `.${file}.${randomUUID()}`);
    await mkdir(this.#folder, { recursive: true });
    await writeFile(temporary, text);
    await rename(temporary, join(this.#folder, file));
  }
}

const file = "created.json";
