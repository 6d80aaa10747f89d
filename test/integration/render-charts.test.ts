import assert from "node:assert/strict";
import { readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { Header } from "tar";
import { archiveLimits } from "../../core/render/helm/archive.ts";
import { startChartServer, packageChart, packaged, type ChartServer, type Packaged } from "../support/chart-server.ts";
import { failsWith, type Content, type GitRepo } from "../support/git-repo.ts";
import { renderCase, type Asked } from "../support/render-case.ts";

type Files = Readonly<Record<string, Content>>;
interface Entry {
  readonly path: string;
  readonly text?: string;
  readonly type?: "File" | "SymbolicLink" | "Link" | "CharacterDevice";
  readonly linkpath?: string;
}

const chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const template = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}-${name}"}\ndata: {size: "{{ .Values.size }}"}\n`;
const redisChart = (version: string): Readonly<Record<string, string>> => ({
  "Chart.yaml": `apiVersion: v2\nname: redis\nversion: ${version}\n`,
  "values.yaml": "size: small\n",
  "templates/a.yaml": template("redis"),
});

/** An archive as nobody would package it. */
function tgz(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ path, text = "", type = "File", linkpath = "" }) => {
    const content = Buffer.from(text);
    const header = Buffer.alloc(512);
    new Header({ path, type, linkpath, size: content.length, mode: 0o644, mtime: new Date(0) }).encode(header);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

describe("charts from repositories", () => {
  let server: ChartServer;
  let redis: Packaged;
  const repos: GitRepo[] = [];
  before(async function () {
    this.timeout(600_000);
    const started = await startChartServer();
    if (started === undefined) this.skip();
    server = started;
    redis = await packageChart(redisChart("1.2.3"));
  });
  after(() => server.close());
  beforeEach(() => {
    server.answer = () => false;
    server.charts.splice(0, Infinity, redis);
    server.requests.splice(0);
  });
  afterEach(async () => {
    await Promise.all(repos.splice(0).map((repo) => repo.remove()));
  });

  interface Written {
    readonly repository: string;
    readonly range?: string;
    readonly locked?: { readonly version?: string; readonly repository?: string };
    readonly digest?: string;
  }

  function dependent({ repository, range = "^1.0.0", locked = {}, digest = redis.digest }: Written): Files {
    const lock = { name: "redis", version: "1.2.3", repository, ...locked };
    return {
      "app/Chart.yaml": `${chart}dependencies:\n- ${JSON.stringify({ name: "redis", version: range, repository })}\n`,
      "app/Chart.lock": JSON.stringify({ dependencies: [lock], digest: "sha256:0", generated: "2026-01-01T00:00:00Z" }),
      "app/Chart.digests.yaml": `redis-${lock.version}: ${digest}\n`,
      "app/templates/a.yaml": template("web"),
      "app/values.yaml": "size: large\nredis: {size: middle}\n",
    };
  }

  async function rendered(files: Files, helm: Asked["helm"] = {}, env = server.env) {
    const { render, cache } = await renderCase(files, repos);
    const again = () => render({ helm: { ...helm } }, { env });
    return { cache, again, result: await again() };
  }

  const fromRepository = () => dependent({ repository: server.repository });
  const listed = () => ({ repositories: [server.repository] });

  for (const kind of ["repository", "registry"] as const)
    describe(kind === "repository" ? "over https" : "in an OCI registry", () => {
      it("are fetched once as dependencies, and then found in the cache without asking anybody", async () => {
        const files = dependent({ repository: server[kind] });
        const { result, again, cache } = await rendered(files, { repositories: [`${server[kind]}/`] });
        assert.deepEqual(
          result.manifests.map(({ object, origin }) => [object.metadata.name, object["data"], origin.path]),
          [
            ["app-redis", { size: "middle" }, "app/Chart.yaml"],
            ["app-web", { size: "large" }, "app/templates/a.yaml"],
          ],
        );
        const asked = server.requests.length;
        assert.ok(asked > 0);
        await rm(join(cache, "render"), { recursive: true });
        assert.deepEqual((await again()).manifests, result.manifests);
        assert.equal(server.requests.length, asked);
      });

      it("are an application of their own, with values from the source", async () => {
        const chart = { repository: server[kind], name: "redis", version: "1.2.3", digest: redis.digest };
        const files = { "app/values/big.yaml": "size: big\n" };
        const { result, again } = await rendered(files, { chart, values: ["values/*.yaml"] });
        assert.equal(result.renderer, "helm");
        assert.deepEqual(
          result.manifests.map(({ object, origin }) => [object.metadata.name, object["data"], origin]),
          [["app-redis", { size: "big" }, { path: "app" }]],
        );
        assert.equal((await again()).cached, true);
      });

      it("are refused when they are not what is pinned, and not kept", async () => {
        const other = await packageChart({ ...redisChart("1.2.3"), "values.yaml": "size: evil\n" });
        server.charts.splice(0, 1, other);
        const { render, cache } = await renderCase(dependent({ repository: server[kind] }), repos);
        const asked = { helm: { repositories: [server[kind]] } };
        const error = await failsWith("CHART_MISMATCH", render(asked, { env: server.env }));
        assert.match(error.message, new RegExp(`is ${other.digest}, but ${redis.digest} is pinned`));
        assert.equal(error.findings[0].place?.file, "app/Chart.yaml");
        assert.deepEqual(await readdir(join(cache, "charts")).catch(() => []), []);
      });

      it("are reported when the repository has no such version", async () => {
        const files = dependent({ repository: server[kind], locked: { version: "1.9.9" } });
        await failsWith("CHART_NOT_FOUND", rendered(files, { repositories: [server[kind]] }));
      });
    });

  it("are fetched anew when the archive in the cache was damaged", async () => {
    const { result, again, cache } = await rendered(fromRepository(), listed());
    await rm(join(cache, "render"), { recursive: true });
    const [name = ""] = await readdir(join(cache, "charts"));
    await writeFile(join(cache, "charts", name), "damaged");
    assert.deepEqual((await again()).manifests, result.manifests);
  });

  const refused: readonly (readonly [string, string, () => Files, (() => Asked["helm"])?])[] = [
    ["a repository that is not listed", "CHART_DENIED", fromRepository, () => ({})],
    [
      "a repository that is listed by the beginning of its address only",
      "CHART_DENIED",
      () => dependent({ repository: `${server.repository}.example.com` }),
    ],
    ["a repository by a name of somebody's machine", "CHART_DENIED", () => dependent({ repository: "@bitnami" })],
    [
      "plain http",
      "CHART_DENIED",
      () => dependent({ repository: "http://127.0.0.1:1/charts" }),
      () => ({ repositories: ["http://127.0.0.1:1/charts"] }),
    ],
    [
      "a chart that is not locked",
      "CHART_UNPINNED",
      () => ({ ...fromRepository(), "app/Chart.lock": "dependencies: []\n" }),
    ],
    [
      "a lock for the same name of another repository",
      "CHART_UNPINNED",
      () => dependent({ repository: server.repository, locked: { repository: "https://charts.example.com" } }),
    ],
    [
      "a lock with a range",
      "CHART_UNPINNED",
      () => dependent({ repository: server.repository, locked: { version: "1.x" } }),
    ],
    [
      "a lock that does not fit Chart.yaml",
      "CHART_UNPINNED",
      () => dependent({ repository: server.repository, range: ">=2.0.0" }),
    ],
    ["a chart without a digest", "CHART_UNPINNED", () => ({ ...fromRepository(), "app/Chart.digests.yaml": "{}\n" })],
    [
      "a digest that is none",
      "CHART_UNPINNED",
      () => dependent({ repository: server.repository, digest: "sha256:abc" }),
    ],
  ];
  for (const [what, code, files, helm] of refused)
    it(`are refused for ${what}, and nobody is asked`, async () => {
      const error = await failsWith(code as "CHART_DENIED", rendered(files(), (helm ?? listed)()));
      assert.equal(error.findings[0].place?.file, "app/Chart.yaml");
      assert.deepEqual(server.requests, []);
    });

  it("are not taken for another chart that was pinned in their place", async () => {
    const evil = await packageChart({
      ...redisChart("9.9.9"),
      "Chart.yaml": "apiVersion: v2\nname: evil\nversion: 9.9.9\n",
    });
    server.charts.splice(0, 1, packaged("redis", "1.2.3", evil.content));
    const files = dependent({ repository: server.repository, digest: evil.digest });
    const error = await failsWith("CHART_MISMATCH", rendered(files, listed()));
    assert.match(error.message, /holds the chart "evil 9\.9\.9"/);
  });

  it("may come by way of another host, which gets no login, and only the bytes that are pinned", async () => {
    const seen: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end(redis.content);
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    try {
      const address = other.address();
      assert.ok(typeof address === "object" && address !== null);
      server.answer = (request, response) => {
        if (request.url?.endsWith(".tgz") !== true) return false;
        response.writeHead(302, { location: `http://localhost:${address.port}/x.tgz` }).end();
        return true;
      };
      const { result } = await rendered(fromRepository(), listed());
      assert.equal(result.manifests.length, 2);
      assert.deepEqual(seen, [undefined]);
    } finally {
      other.close();
    }
  });

  it("are reported as unreachable when nobody answers or the certificate is not trusted, and the run may be repeated", async () => {
    const dead = dependent({ repository: "https://127.0.0.1:1/charts" });
    const error = await failsWith(
      "CHART_UNREACHABLE",
      rendered(dead, { repositories: ["https://127.0.0.1:1/charts"] }),
    );
    assert.equal(error.kind, "transient");
    const untrusting = { ...server.env, SSL_CERT_FILE: undefined };
    await failsWith("CHART_UNREACHABLE", rendered(fromRepository(), listed(), untrusting));
  });

  it("are not handed out to who is not let in", async () => {
    server.answer = (_, response) => {
      response.writeHead(401).end("unauthorized");
      return true;
    };
    const error = await failsWith("CHART_NOT_FOUND", rendered(fromRepository(), listed()));
    assert.match(error.findings[0].fix, /log in/i);
  });

  it("need no repository where they are in another folder of the source, with dependencies of their own", async () => {
    const { result } = await rendered(
      {
        "app/Chart.yaml": `${chart}dependencies: [{name: lib, version: 1.x, repository: "file://../lib"}]\n`,
        "app/values.yaml": "lib: {size: a}\n",
        "lib/Chart.yaml": `apiVersion: v2\nname: lib\nversion: 1.0.0\ndependencies: [{name: redis, version: ^1, repository: "${server.repository}"}]\n`,
        "lib/Chart.lock": `dependencies: [{name: redis, version: 1.2.3, repository: "${server.repository}"}]\n`,
        "lib/Chart.digests.yaml": `redis-1.2.3: ${redis.digest}\n`,
        "lib/templates/a.yaml": template("lib"),
      },
      listed(),
    );
    assert.deepEqual(result.manifests.map(({ object, origin }) => [object.metadata.name, origin.path]).sort(), [
      ["app-lib", "lib/templates/a.yaml"],
      ["app-redis", "app/Chart.yaml"],
    ]);
  });

  const local = (repository: string, more: Files = {}): Files => ({
    "app/Chart.yaml": `${chart}dependencies:\n- {name: lib, version: 1.x, repository: "${repository}"}\n`,
    ...more,
  });
  const circle = {
    "lib/Chart.yaml":
      "apiVersion: v2\nname: lib\nversion: 1.0.0\ndependencies: [{name: web, version: 1.x, repository: 'file://../app'}]\n",
  };
  for (const [what, code, files] of [
    ["a folder outside the source", "PATH_ESCAPE", local("file://../../lib")],
    ["a folder of this machine", "PATH_ESCAPE", local("file:///etc")],
    ["a folder that is not there", "PATH_NOT_FOUND", local("file://../lib")],
    ["a folder without a chart", "PATH_NOT_FOUND", local("file://../lib", { "lib/x.yaml": "a: 1\n" })],
    ["a link out of the source", "SYMLINK_ESCAPE", local("file://../lib", { lib: { link: "/etc" } })],
    ["a circle", "CHART_INVALID", local("file://../lib", circle)],
  ] as const)
    it(`are refused from ${what}`, async () => {
      await failsWith(code, rendered(files));
    });

  it("have no place in a folder that has a chart of its own", async () => {
    const pinned = { repository: server.repository, name: "redis", version: "1.2.3", digest: redis.digest };
    await failsWith("CONFIG_INVALID", rendered({ "app/Chart.yaml": chart }, { chart: pinned }));
  });

  describe("given a hostile archive", () => {
    const base: Entry = { path: "redis/Chart.yaml", text: redisChart("1.2.3")["Chart.yaml"] ?? "" };
    const archives: readonly (readonly [string, "CHART_INVALID" | "RENDER_LIMIT" | "CHART_MISMATCH", () => Buffer])[] =
      [
        ["a path out of its folder", "CHART_INVALID", () => tgz([base, { path: "redis/../../evil.yaml", text: "x" }])],
        ["an absolute path", "CHART_INVALID", () => tgz([base, { path: "/etc/evil", text: "x" }])],
        ["a backslash in a path", "CHART_INVALID", () => tgz([base, { path: "redis\\..\\evil", text: "x" }])],
        [
          "a link",
          "CHART_INVALID",
          () => tgz([base, { path: "redis/values.yaml", type: "SymbolicLink", linkpath: "/etc/passwd" }]),
        ],
        [
          "a hard link",
          "CHART_INVALID",
          () => tgz([base, { path: "redis/values.yaml", type: "Link", linkpath: "/etc/passwd" }]),
        ],
        ["a device", "CHART_INVALID", () => tgz([base, { path: "redis/values.yaml", type: "CharacterDevice" }])],
        ["a file twice", "CHART_INVALID", () => tgz([base, base])],
        ["two folders", "CHART_INVALID", () => tgz([base, { path: "other/Chart.yaml", text: "x" }])],
        ["no Chart.yaml", "CHART_MISMATCH", () => tgz([{ path: "redis/x.yaml", text: "x" }])],
        [
          "a bomb",
          "RENDER_LIMIT",
          () => tgz([base, { path: "redis/x", text: "0".repeat(archiveLimits.unpackedBytes) }]),
        ],
        ["a bomb inside", "CHART_INVALID", () => gzipSync(gzipSync(Buffer.alloc(1 << 20)))],
        [
          "too many files",
          "RENDER_LIMIT",
          () =>
            tgz([base, ...Array.from({ length: archiveLimits.files }, (_, index) => ({ path: `redis/f${index}` }))]),
        ],
        ["no archive at all", "CHART_INVALID", () => Buffer.from("<html>moved</html>")],
        ["half an archive", "CHART_INVALID", () => redis.content.subarray(0, redis.content.length / 2)],
        ["noise that was compressed", "CHART_INVALID", () => gzipSync(Buffer.alloc(2048, "noise"))],
      ];
    for (const [what, code, make] of archives) {
      it(`with ${what}, refuse it before Helm sees it, fetched`, async () => {
        const hostile = packaged("redis", "1.2.3", make());
        server.charts.splice(0, 1, hostile);
        await failsWith(code, rendered(dependent({ repository: server.repository, digest: hostile.digest }), listed()));
      });
    }
  });
});
