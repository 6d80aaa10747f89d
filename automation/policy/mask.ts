import { isJsonObject, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { secretMarker } from "../../core/plan/diff.ts";
import type { PolicyResource } from "../../core/policy/resources.ts";

/** Shorter values are words that stand anywhere. */
const shortest = 4;

/**
 * Hides what the Secrets among resources hold, encoded or not, in what rules write: a pack is somebody's program and may
 * print what it was shown. A value that the resource itself shows, such as the name of a user, is no secret there.
 */
export class SecretMask {
  /** By its first letters, so that a text is read once. */
  readonly #values = new Map<string, readonly string[]>();

  constructor(resources: readonly PolicyResource[]) {
    const values = new Set(resources.flatMap(({ props }) => secretsOf(props)));
    for (const value of values) {
      const start = value.slice(0, shortest);
      this.#values.set(
        start,
        [...(this.#values.get(start) ?? []), value].sort((a, b) => b.length - a.length),
      );
    }
  }

  /** The text with each such value replaced. `about`: the resource that it is about. */
  hide(text: string, about?: JsonObject): string {
    if (this.#values.size === 0) return text;
    let shown: string | undefined;
    const isShown = (value: string): boolean => {
      if (about === undefined || secretsOf(about).length > 0) return false;
      shown ??= JSON.stringify(about);
      return shown.includes(JSON.stringify(value).slice(1, -1));
    };
    let result = "";
    for (let at = 0; at < text.length;) {
      const candidates = this.#values.get(text.slice(at, at + shortest)) ?? [];
      const found = candidates.find((value) => text.startsWith(value, at) && !isShown(value));
      result += found === undefined ? text[at] : secretMarker;
      at += found?.length ?? 1;
    }
    return result;
  }
}

/** Values of a Secret, or of the Secret that a hook holds. */
function secretsOf(props: JsonObject): readonly string[] {
  const object = isJsonObject(record(props["input"])["object"]) ? record(record(props["input"])["object"]) : props;
  if (object["kind"] !== "Secret") return [];
  return [
    ...texts(object["stringData"]),
    ...texts(object["data"]).flatMap((value) => [value, Buffer.from(value, "base64").toString("utf8")]),
  ]
    .flatMap((value) => [value, value.trim(), JSON.stringify(value).slice(1, -1)])
    .filter((value) => value.length >= shortest);
}

function texts(value: Json | undefined): readonly string[] {
  return Object.values(record(value)).filter((item) => typeof item === "string");
}
