import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, describe, it } from "mocha";
import { runProgram } from "../../core/exec/run.ts";
import { DeliveryEnvironment } from "../support/delivery-environment.ts";
import { startGitServer } from "../support/git-server.ts";
import { configMap, deployment } from "../support/sample.ts";

/** What `drift accept --json` prints, as far as these tests read it. */
interface Printed {
  readonly state: string;
  readonly branch: string | null;
  readonly revision: string | null;
  readonly base: string;
  readonly files: readonly string[];
  readonly diff: string;
  readonly accepted: readonly { readonly name: string; readonly removed: boolean }[];
  readonly refused: readonly {
    readonly object: string;
    readonly field: string | null;
    readonly reason: string;
    readonly fix: string;
  }[];
}

const author = {
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

const webFile = `# The shop.   Owner: web team
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: {app: 'web'} }   # keep
spec:
  # two are enough
  replicas: 1   # see the runbook
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      # the server
      - name: web
        image: "registry.example.com/web:1.0.0"  # pinned
        resources: {limits: {cpu: 100m, memory: 64Mi}}
        env:
        - {name: A, value: 'a'}
---
# settings
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: settings}
  data: {key: "1", other: x}   # two
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: gone}
  data: {key: "1"}
`;

const jsonFile = `{\r\n  "apiVersion": "v1",\r\n  "kind": "ConfigMap",\r\n  "metadata": { "name": "json" },\r\n  "data": {\r\n    "key": "1"\r\n  }\r\n}\r\n`;

const secret = (name: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name} }\nstringData: { token: before-4711 }\n`;

const overlay = `# The overlay of dev
namePrefix: k-
resources:
- ../base   # shared with others
- extra.yaml
patches:
# more words
- path: web-patch.yaml
replicas:
- name: web   # see the runbook
  count: 1
images:
- {name: registry.example.com/base, newTag: "1"}   # pinned
`;

const overlayPatch = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      containers:
        - name: web
          env: [ { name: MODE, value: fast } ]   # fast enough
`;

const chart = {
  "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
  "chart/values.yaml": "key: one\n",
  "chart/templates/map.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: charted }\ndata: { key: {{ .Values.key }} }\n",
};

describe("Drift that is accepted", function () {
  this.timeout(300_000);
  let dev: DeliveryEnvironment;

  before(async () => {
    dev = await DeliveryEnvironment.start("accept");
    await dev.commit({
      "web/web.yaml": webFile,
      "web/json.json": jsonFile,
      "web/secret.yaml": `${secret("token")}---
${secret("marked")}`,
      "web/worker.yaml": deployment("worker", "registry.example.com/worker:0"),
      "tpl/tpl.yaml": configMap("tpl").replace('"1"', '"${size}"'),
      "base/kustomization.yaml": "resources: [web.yaml, maps.yaml]\n",
      "base/web.yaml": deployment("web", "registry.example.com/base:0"),
      "base/maps.yaml": `${configMap("based").replace('"1"', '"1", gone: x')}---\n${configMap("left")}`,
      "kus/kustomization.yaml": overlay,
      "kus/web-patch.yaml": overlayPatch,
      "kus/extra.yaml": configMap("extra"),
      ...chart,
      "images.yaml": 'images:\n  registry.example.com/worker: { tag: "9" }   # by the build\n',
    });
    await dev.write(`drift: { ignore: [{ kind: Deployment.apps, name: worker, paths: [/spec/replicas] }] }
applications:
  web: { tenant: shop, path: web }
  kus: { tenant: shop, path: kus }
  charted: { tenant: shop, path: chart }
  tpl: { tenant: shop, path: tpl, parameters: { size: "1" } }`);
    await dev.project.write(
      "environments/_base.yaml",
      "apiVersion: driftless.dev/v1alpha1\nkind: EnvironmentBase\nsource: { images: images.yaml }\n",
    );
    await dev.must("up", "dev", "--yes");
  });
  after(() => dev.remove());

  async function accept(
    exitCode: number,
    ...given: readonly (string | Readonly<Record<string, string>>)[]
  ): Promise<Printed> {
    const args = given.filter((each) => typeof each === "string");
    const more = given.filter((each) => typeof each === "object");
    const env = Object.assign({}, author, ...more) as Record<string, string>;
    const result = await dev.run(["drift", "accept", "dev", "--json", ...args], { env });
    assert.equal(result.exitCode, exitCode, result.stdout + result.stderr);
    assert.doesNotMatch(result.stdout + result.stderr, /4711|0815|\/tmp\//);
    return JSON.parse(result.stdout) as Printed;
  }

  it("is nothing where nothing has drifted", async () => {
    const { state, accepted, refused } = await accept(0, "--yes");
    assert.deepEqual([state, accepted, refused], ["nothing", [], []]);
  });

  it("is written to the very lines that it is about, on a branch of its own, and refused where that cannot be", async () => {
    await dev.kubectl("scale", "deploy/web", "--replicas=3");
    await dev.kubectl("set", "env", "deploy/web", "ADDED=yes");
    await dev.kubectl("set", "image", "deploy/web", "web=registry.example.com/web:2");
    await patch("cm/settings", [
      { op: "remove", path: "/data/other" },
      { op: "replace", path: "/data/key", value: "no" },
    ]);
    await patch("cm/json", [{ op: "add", path: "/data/more", value: "2" }]);
    await patch("cm/tpl", [{ op: "replace", path: "/data/key", value: "2" }]);
    await patch("secret/token", [{ op: "replace", path: "/data/token", value: btoa("after-0815") }]);
    await dev.kubectl("label", "secret/token", "secret/marked", "team=a");
    await dev.kubectl("delete", "cm/gone");
    await dev.kubectl("set", "image", "deploy/worker", "web=registry.example.com/worker:10");
    await patch("cm/charted", [{ op: "replace", path: "/data/key", value: "two" }]);

    const first = await accept(1, "--yes");
    assert.deepEqual(first.accepted.map(({ name }) => name).sort(), ["json", "marked", "settings", "web", "worker"]);
    assert.deepEqual(first.refused.map(({ object, field }) => [object.replace(/.*\//, ""), field].join(" ")).sort(), [
      "charted ",
      "gone ",
      "token data.token",
      "token metadata.labels.team",
      "tpl ",
    ]);
    assert.equal(first.state, "created");
    const web = await git("show", `${first.branch}:web/web.yaml`);
    assert.equal(
      web,
      webFile
        .replace("replicas: 1   #", "replicas: 3   #")
        .replace("web:1.0.0", "web:2")
        .replace(
          "- {name: A, value: 'a'}\n",
          "- {name: A, value: 'a'}\n        - name: ADDED\n          value: \"yes\"\n",
        )
        .replace('{key: "1", other: x}', '{key: "no"}'),
    );
    assert.equal(
      await git("show", `${first.branch}:web/json.json`),
      jsonFile.replace('"1"\r\n', '"1",\r\n    "more": "2"\r\n'),
    );
    assert.equal(
      await git("show", `${first.branch}:images.yaml`),
      'images:\n  registry.example.com/worker: { tag: "10" }   # by the build\n',
    );
    assert.ok(!first.diff.includes("secret.yaml") && first.files.includes("web/secret.yaml"), "a Secret is shown");
    const message = await git("log", "-1", "--format=%B%P", first.branch ?? "");
    assert.match(message, /^Accept the drift of dev: 5 objects\n\n/);
    assert.match(message, /^Deployment\.apps shop\/web spec\.replicas: 1 → 3$/m);
    assert.ok(message.includes("Driftless-Environment: dev\nDriftless-Objects: 5\nDriftless-Base: " + first.base));
    assert.ok(message.includes("Signed-off-by: Ada <ada@example.com>") && message.trimEnd().endsWith(first.base));
    assert.equal((await git("rev-parse", "main")).trim(), first.base);
  });

  it("stays on its branch in a second run, and follows what has drifted further", async () => {
    assert.equal((await accept(1, "--yes")).state, "unchanged");
    await dev.kubectl("scale", "deploy/web", "--replicas=4");
    const again = await accept(1, "--yes");
    assert.equal(again.state, "updated");
    assert.match(await git("show", `${again.branch}:web/web.yaml`), /replicas: 4 {3}#/);
  });

  it("is only shown by a dry run, and only of what was named", async () => {
    const { state, files, accepted, diff } = await accept(0, "--dry-run", "Deployment/web");
    assert.deepEqual([state, files, accepted.map(({ name }) => name)], ["dry-run", ["web/web.yaml"], ["web"]]);
    assert.match(diff, /^-  replicas: 1 {3}# see the runbook\n\+  replicas: 4 {3}# see the runbook$/m);
    const { stdout } = await dev.run(["drift", "accept", "dev", "ConfigMap/none", "--dry-run", "--json"]);
    assert.match(stdout, /USAGE/);
  });

  it("of a kustomization is written where its environment owns it, and a shared base stays as it is", async () => {
    await dev.kubectl("scale", "deploy/k-web", "--replicas=2");
    await dev.kubectl("set", "image", "deploy/k-web", "web=registry.example.com/base:2");
    await dev.kubectl("set", "env", "deploy/k-web", "MODE=slow", "MORE=1");
    await patch("cm/k-extra", [{ op: "replace", path: "/data/key", value: "2" }]);
    await patch("cm/k-based", [
      { op: "replace", path: "/data/key", value: "2" },
      { op: "remove", path: "/data/gone" },
    ]);
    await dev.kubectl("delete", "cm/k-left");
    const { branch, files, accepted, base } = await accept(0, "--yes", "--deleted", "kus");
    assert.deepEqual(accepted.map(({ name }) => name).sort(), ["k-based", "k-extra", "k-left", "k-web"]);
    assert.deepEqual([...files].sort(), [
      "kus/accepted-configmap-based.yaml",
      "kus/accepted-configmap-left.yaml",
      "kus/accepted-deployment.apps-web.yaml",
      "kus/extra.yaml",
      "kus/kustomization.yaml",
      "kus/web-patch.yaml",
    ]);
    const show = (file: string) => git("show", `${branch}:kus/${file}`);
    assert.equal(
      await show("kustomization.yaml"),
      overlay
        .replace("count: 1", "count: 2")
        .replace('newTag: "1"', 'newTag: "2"')
        .replace("- path: web-patch.yaml\n", (line) =>
          [
            line.trimEnd(),
            "- path: accepted-configmap-based.yaml\n  target:\n    version: v1\n    kind: ConfigMap\n    name: based",
            "- path: accepted-configmap-left.yaml\n  target:\n    version: v1\n    kind: ConfigMap\n    name: left",
            "- path: accepted-deployment.apps-web.yaml\n  target:\n    group: apps\n    version: v1\n    kind: Deployment\n    name: web\n",
          ].join("\n"),
        ),
    );
    assert.equal(await show("web-patch.yaml"), overlayPatch.replace("value: fast", "value: slow"));
    assert.match(await show("accepted-configmap-based.yaml"), /\ndata:\n {2}gone: null\n {2}key: "2"\n$/);
    assert.equal(await git("diff", "--name-only", base, branch ?? "", "--", "base"), "");
  });

  it("of a chart is refused, with the template that makes it", async () => {
    const { refused } = await accept(1, "--dry-run", "ConfigMap/charted");
    assert.match(refused[0]?.reason ?? "", /The chart .*templates\/map\.yaml.* makes it from values/);
    assert.match(refused[0]?.fix ?? "", /Most likely it is key in chart\/values\.yaml\.$/);
  });

  it("is gone once it is merged, pinned and brought up, and nothing live has changed", async () => {
    const { branch, accepted } = await accept(1, "--yes", "--deleted");
    assert.ok(accepted.some(({ name, removed }) => name === "gone" && removed));
    await git("update-ref", "refs/heads/main", branch ?? "");
    const looks = () =>
      dev.kubectl(
        "get",
        "deploy/web",
        "cm/settings",
        "cm/json",
        "-o",
        "jsonpath={range .items[*]}{.metadata.uid} {.metadata.generation} {.spec} {.data}{end}",
      );
    const earlier = await looks();
    await dev.must("pin", "dev");
    await dev.must("up", "dev", "--yes");
    assert.equal(await looks(), earlier);
    const { stdout } = await dev.run(["drift", "dev"]);
    assert.match(stdout, /dev: 3 drifted, /);
    assert.match(stdout, /ConfigMap shop\/tpl/);
    assert.match(stdout, /Secret shop\/token/);
    assert.doesNotMatch(stdout, /marked|replicas|gone/);
  });

  it("goes to a server over https with the credentials that Git has", async function () {
    const server = await startGitServer(dev.project.folder, (request, response) => {
      if (request.headers.authorization === `Basic ${btoa("ada:secret-4711")}`) return false;
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      return true;
    });
    if (server === undefined) return this.skip();
    try {
      await git("config", "http.receivepack", "true");
      const file = `${dev.project.folder}/environments/dev.yaml`;
      const document = await readFile(file, "utf8");
      await writeFile(file, document.replace("repo: config.git, local: true", `repo: "${server.address}/config.git"`));
      await dev.kubectl("scale", "deploy/web", "--replicas=5");
      const env = {
        GIT_SSL_CAINFO: server.certificate,
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "credential.helper",
        GIT_CONFIG_VALUE_0: "!f() { echo username=ada; echo password=secret-4711; }; f",
      };
      const { state, branch } = await accept(0, "--yes", "Deployment/web", env);
      assert.equal(state, "created");
      assert.match(await git("show", `${branch}:web/web.yaml`), /replicas: 5 {3}#/);
    } finally {
      await server.close();
    }
  });

  async function patch(object: string, operations: readonly object[]): Promise<void> {
    await dev.kubectl("patch", object, "--type=json", "-p", JSON.stringify(operations));
  }

  async function git(...args: readonly string[]): Promise<string> {
    const { stdout } = await runProgram({
      file: "git",
      args: ["-C", `${dev.project.folder}/config.git`, ...args],
      env: { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
      timeoutMs: 60_000,
      maxOutputBytes: 1 << 20,
    });
    return stdout.toString("utf8");
  }
});
