import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { lookForImages } from "../../../../automation/images/look.ts";
import { Registries } from "../../../../automation/registry/client.ts";
import { KnownDates } from "../../../../automation/registry/known-dates.ts";
import type { PlacedEntry } from "../../../../core/blocked/list.ts";
import type { ImagePolicy } from "../../../../core/environment/spec.ts";
import { parseImageReference } from "../../../../core/manifest/image-reference.ts";
import { AnsweringServer } from "../../../support/answering-server.ts";

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

describe("looking for newer images", () => {
  let registry: AnsweringServer;
  let cache = "";
  /** What the tags lead to: the text of a manifest. */
  let manifests: Map<string, string>;
  let tags: readonly string[];

  beforeEach(async () => {
    registry = await new AnsweringServer().listen();
    cache = await mkdtemp(join(tmpdir(), "driftless-dates-"));
    manifests = new Map();
    tags = [];
    registry.respond = ({ url = "" }, response) => {
      if (url.includes("/tags/list")) return void response.end(JSON.stringify({ tags }));
      const reference = url.split("/").at(-1) ?? "";
      const body = [...manifests].find(([tag, text]) => reference === tag || reference === digestOf(text))?.[1];
      if (body === undefined) return void response.writeHead(404).end();
      response.setHeader("docker-content-digest", digestOf(body)).end(body);
    };
  });
  afterEach(async () => {
    await registry.close();
    await rm(cache, { recursive: true, force: true });
  });

  /** Images that were made on these days, by tag. */
  const dated = (days: Readonly<Record<string, string>>): void => {
    tags = Object.keys(days);
    for (const [tag, day] of Object.entries(days)) {
      const annotations = { "org.opencontainers.image.created": `${day}T00:00:00Z`, tag };
      manifests.set(tag, JSON.stringify({ config: { digest: digestOf("config") }, annotations }));
    }
  };
  const look = async (presents: readonly string[], policy: ImagePolicy, blocked: readonly PlacedEntry[] = []) => {
    const subjects = presents.map((present, at) => {
      return { application: `app-${at}`, policy, present: parseImageReference(`${registry.host}/shop/web${present}`) };
    });
    const around = { env: {}, now: () => new Date() };
    const registries = new Registries(undefined, around);
    return lookForImages(subjects, { registries, blocked, environment: "dev", dates: await KnownDates.read(cache) });
  };
  const asked = (): readonly string[] => registry.seen.splice(0).map(({ path }) => path.split("/").at(-1) ?? "");
  const day = (at: number): string => new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);

  it("asks once for an image that several applications run", async () => {
    dated({ "1.0.0": day(0), "1.1.0": day(1) });
    const looked = await look([":1.0.0", ":1.0.0", ":1.1.0"], { semver: "*" });
    assert.deepEqual(
      looked.map(({ application, now }) => [application, now?.tag]),
      [
        ["app-0", "1.1.0"],
        ["app-1", "1.1.0"],
        ["app-2", undefined],
      ],
    );
    assert.deepEqual(asked(), ["list?n=1000", "1.1.0"]);
  });

  it("passes over a tag that is listed and not there", async () => {
    dated({ "1.0.0": day(0), "1.1.0": day(1) });
    tags = [...tags, "1.2.0"];
    const [looked] = await look([":1.0.0"], { semver: "*" });
    assert.equal(looked?.now?.tag, "1.1.0");
    assert.deepEqual(looked.skipped, [{ tag: "1.2.0", reason: "it is listed, and not there" }]);
  });

  it("asks for each date once, whatever runs come later", async () => {
    dated({ a: day(3), b: day(9), c: day(5) });
    const first = await look([":a"], { order: "newest" });
    assert.equal(first[0]?.now?.tag, "b");
    assert.equal(asked().length, 1 + 2 * 3);
    const second = await look([":a"], { order: "newest" });
    assert.equal(second[0]?.now?.tag, "b");
    assert.equal(asked().length, 1 + 3);
    assert.deepEqual(await readdir(join(cache, "images")), ["created.json"]);
  });

  it("takes what it has kept for nothing where that is damaged", async () => {
    dated({ a: day(3), b: day(9) });
    await mkdir(join(cache, "images"));
    for (const text of ["{", "[]", '{"x":"y"}', '{"__proto__":null}']) {
      await writeFile(join(cache, "images", "created.json"), text);
      assert.equal((await look([":a"], { order: "newest" }))[0]?.now?.tag, "b");
    }
  });

  it("refuses to date more tags than a registry can be asked for", async () => {
    dated(Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`b${at}`, day(at)])));
    const [looked] = await look([":b0"], { order: "newest" });
    assert.equal(looked?.problem?.code, "IMAGES_REFUSED");
    assert.match(looked.problem.message, /^201 tags of /);
    assert.deepEqual(asked(), ["list?n=1000"]);
    assert.equal((await look([":b0"], { order: "newest", tags: "^b1?[0-9]{1,2}$" }))[0]?.now?.tag, "b199");
  });

  it("keeps digests as the image has them, unless the policy says otherwise", async () => {
    dated({ "1.0.0": day(0), "1.1.0": day(1) });
    const [old, next] = ["1.0.0", "1.1.0"].map((tag) => digestOf(manifests.get(tag) ?? ""));
    const written = async (present: string, policy: ImagePolicy): Promise<string | undefined> => {
      const [looked] = await look([present], policy);
      assert.equal(looked?.digest, next);
      return looked?.now?.digest;
    };
    assert.equal(await written(":1.0.0", { semver: "*" }), undefined);
    assert.equal(await written(`:1.0.0@${old}`, { semver: "*" }), next);
    assert.equal(await written(":1.0.0", { semver: "*", digest: true }), next);
    assert.equal(await written(`:1.0.0@${old}`, { semver: "*", digest: false }), undefined);
    assert.equal(await written(":1.1.0", { semver: "*", digest: true }), next);
  });

  it("tells of a tag that has moved or is gone, and leaves it", async () => {
    dated({ "1.0.0": day(0) });
    const other = digestOf("another image");
    const [moved] = await look([`:1.0.0@${other}`], { semver: "*" });
    assert.deepEqual([moved?.now, moved?.moved], [undefined, digestOf(manifests.get("1.0.0") ?? "")]);
    const [gone] = await look([`:2.0.0@${other}`], { semver: "*" });
    assert.deepEqual([gone?.now, gone?.moved], [undefined, null]);
  });

  it("does not bring back what is blocked by the digest that its tag leads to", async () => {
    dated({ "1.0.0": day(0), "1.1.0": day(1), stable: day(1) });
    const bad = digestOf(manifests.get("1.1.0") ?? "");
    const entry = { image: `${registry.host}/shop/web@${bad}`, reason: "leaks", by: "Ada", at: "2026-01-01T00:00:00Z" };
    const place = { file: "environments/_blocked.yaml" };
    const [looked] = await look([":1.0.0"], { semver: "*" }, [{ entry, place }]);
    assert.deepEqual([looked?.now, looked?.skipped.map(({ tag }) => tag)], [undefined, ["1.1.0"]]);
    manifests.set("stable", manifests.get("1.1.0") ?? "");
    const [followed] = await look([":stable"], { follow: "stable" }, [{ entry, place }]);
    assert.equal(followed?.now, undefined);
    assert.match(followed?.skipped[0]?.reason ?? "", /leaks/);
  });
});
