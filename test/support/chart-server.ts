import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProgram } from "../../core/exec/run.ts";
import { startGitServer, type Answer, type GitServer } from "./git-server.ts";
import { renderTools } from "./tools.ts";

/** A packaged chart. */
export interface Packaged {
  readonly name: string;
  readonly version: string;
  readonly content: Buffer;
  /** `sha256:<hex>` of the content. */
  readonly digest: string;
}

/** A chart repository over https and an OCI registry, in one server with a certificate of its own. */
export interface ChartServer {
  /** `https://127.0.0.1:<port>/charts`: what `--repo` takes. */
  readonly repository: string;
  /** `oci://127.0.0.1:<port>/charts`. */
  readonly registry: string;
  readonly requests: GitServer["requests"];
  /** What a client needs to trust it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is served; tests may change it while it runs. */
  readonly charts: Packaged[];
  /** Answers before the server does; tests may set it. */
  answer: Answer;
  close(): Promise<void>;
}

/** Serves charts; undefined where openssl is missing. */
export async function startChartServer(): Promise<ChartServer | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "driftless-charts-"));
  const charts: Packaged[] = [];
  const own: { answer: Answer } = { answer: () => false };
  const server = await startGitServer(folder, (request, response) => {
    if (!own.answer(request, response) && !respond(charts, request, response)) response.writeHead(404).end("not found");
    return true;
  });
  if (server === undefined) return undefined;
  return {
    repository: `${server.address}/charts`,
    registry: `${server.address.replace("https:", "oci:")}/charts`,
    requests: server.requests,
    env: { PATH: process.env["PATH"], HOME: folder, SSL_CERT_FILE: server.certificate },
    charts,
    set answer(answer: Answer) {
      own.answer = answer;
    },
    get answer() {
      return own.answer;
    },
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Packages a chart with Helm. The files are relative to the chart's folder. */
export async function packageChart(files: Readonly<Record<string, string>>): Promise<Packaged> {
  const folder = await mkdtemp(join(tmpdir(), "driftless-package-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, "chart", path)), { recursive: true });
      await writeFile(join(folder, "chart", path), text);
    }
    const args = ["package", "chart", "--destination", "out"];
    const { helm } = await renderTools();
    const run = { file: helm.path, args, cwd: folder, env: { HOME: folder } };
    await runProgram({ ...run, timeoutMs: 60_000, maxOutputBytes: 1 << 20 });
    const [file = ""] = await readdir(join(folder, "out"));
    const [, name = "", version = ""] = /^(.+?)-([0-9].*)\.tgz$/.exec(file) ?? [];
    return packaged(name, version, await readFile(join(folder, "out", file)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An archive, whatever is in it, under a name and version. */
export function packaged(name: string, version: string, content: Buffer): Packaged {
  return { name, version, content, digest: digestOf(content) };
}

function respond(charts: readonly Packaged[], request: IncomingMessage, response: ServerResponse): boolean {
  const path = request.url ?? "";
  if (path === "/v2/") return send(response, "application/json", "{}");
  if (path === "/charts/index.yaml") {
    const entries = Object.groupBy(charts, ({ name }) => name);
    const index = Object.fromEntries(
      Object.entries(entries).map(([name, versions = []]) => [
        name,
        versions.map(({ version }) => ({ apiVersion: "v2", name, version, urls: [`${name}-${version}.tgz`] })),
      ]),
    );
    return send(response, "application/json", JSON.stringify({ apiVersion: "v1", entries: index }));
  }
  for (const chart of charts) {
    const { name, version, content, digest } = chart;
    if (path === `/charts/${name}-${version}.tgz`) return send(response, "application/gzip", content);
    const { manifest, config } = ociManifest(chart);
    const base = `/v2/charts/${name}`;
    if (path === `${base}/manifests/${version}` || path === `${base}/manifests/${digestOf(Buffer.from(manifest))}`)
      return send(response, "application/vnd.oci.image.manifest.v1+json", manifest);
    if (path === `${base}/blobs/${digest}`) return send(response, "application/octet-stream", content);
    if (path === `${base}/blobs/${digestOf(Buffer.from(config))}`) return send(response, "application/json", config);
  }
  return false;
}

function ociManifest({ name, version, content, digest }: Packaged): { manifest: string; config: string } {
  const config = JSON.stringify({ apiVersion: "v2", name, version });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: {
      mediaType: "application/vnd.cncf.helm.config.v1+json",
      digest: digestOf(Buffer.from(config)),
      size: config.length,
    },
    layers: [{ mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip", digest, size: content.length }],
  });
  return { manifest, config };
}

function send(response: ServerResponse, type: string, content: string | Buffer): true {
  const body = Buffer.from(content);
  const digest = { "docker-content-digest": digestOf(body) };
  response.writeHead(200, { "content-type": type, "content-length": body.length, ...digest });
  response.end(response.req.method === "HEAD" ? undefined : body);
  return true;
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
