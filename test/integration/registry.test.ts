import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { Registries } from "../../automation/registry/client.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { registryUser, startRegistry, type TestRegistry } from "../support/registry.ts";
import { identityToken } from "../support/token-server.ts";

type Env = Readonly<Record<string, string | undefined>>;

async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    if (!(error instanceof DriftlessError)) throw error;
    const text = JSON.stringify(error.findings);
    for (const secret of [registryUser.password, identityToken, "eyJ"]) assert.ok(!text.includes(secret), text);
    return error.code;
  }
}

describe("the client of registries", function () {
  this.timeout(120_000);
  let folder = "";
  let open: TestRegistry;
  let basic: TestRegistry;
  let token: TestRegistry;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "driftless-logins-"));
    [open, basic, token] = await Promise.all([
      startRegistry("none", 2),
      startRegistry("basic"),
      startRegistry("token", 2),
    ]);
    for (const tag of ["1.0.0", "1.1.0", "1.2.0", "2.0.0", "latest"]) await open.push("shop/web", tag, { note: tag });
    for (const registry of [basic, token]) {
      for (const tag of ["1.0.0", "1.1.0", "1.2.0"]) await registry.push("shop/web", tag, { note: tag });
    }
  });
  after(async () => {
    await Promise.all([open, basic, token].map((registry) => registry?.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  const client = (env: Env = {}, registries = {}): Registries =>
    new Registries({ direct: false, registries }, { env: { HOME: folder, ...env }, now: () => new Date() });
  /** Variables with a Docker configuration of its own. */
  const docker = async (config: unknown): Promise<Env> => {
    const place = await mkdtemp(join(folder, "docker-"));
    await writeFile(join(place, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
    return { DOCKER_CONFIG: place };
  };
  const auth = Buffer.from(`${registryUser.user}:${registryUser.password}`).toString("base64");
  const named = { user: registryUser.user, password: "REGISTRY_PASSWORD" };

  it("lists all tags, however many pages they are on", async () => {
    const { tags } = await client().tags(`${open.host}/shop/web`);
    assert.deepEqual([...tags].sort(), ["1.0.0", "1.1.0", "1.2.0", "2.0.0", "latest"]);
  });

  it("says of an image and of a tag that are not there that they are not", async () => {
    assert.equal(await code(client().tags(`${open.host}/shop/none`)), "IMAGE_NOT_FOUND");
    assert.equal(await client().digest(`${open.host}/shop/web`, "9.9.9"), undefined);
  });

  it("resolves a tag to the digest of its index, and reads when the image was made", async () => {
    const created = "2026-05-01T10:00:00.000Z";
    const one = await open.push("shop/dated", "one", { created });
    const index = await open.push("shop/dated", "index", { created: "2026-06-01T10:00:00.000Z", index: true });
    const bare = await open.push("shop/dated", "bare", {});
    const same = await open.push("shop/dated", "epoch", { created: "1970-01-01T00:00:00Z" });
    const name = `${open.host}/shop/dated`;
    assert.equal(await client().digest(name, "index"), index);
    assert.equal((await client().created(name, one))?.toISOString(), created);
    assert.equal((await client().created(name, index))?.toISOString(), "2026-06-01T10:00:00.000Z");
    assert.equal(await client().created(name, bare), undefined);
    assert.equal(await client().created(name, same), undefined);
  });

  it("logs in with a password: of a variable, of the Docker configuration, of a helper", async () => {
    const name = `${basic.host}/shop/web`;
    assert.equal(await code(client().tags(name)), "REGISTRY_DENIED");
    const registries = { [basic.host]: named };
    assert.equal(await code(client({}, registries).tags(name)), "REGISTRY_DENIED");
    assert.equal(await code(client({ REGISTRY_PASSWORD: "wrong" }, registries).tags(name)), "REGISTRY_DENIED");
    const found = await client({ REGISTRY_PASSWORD: registryUser.password }, registries).tags(name);
    assert.equal(found.tags.length, 3);
    const file = await docker({ auths: { [`https://${basic.host}/v2/`]: { auth } } });
    assert.equal((await client(file).tags(name)).tags.length, 3);

    const programs = join(folder, "programs");
    await mkdir(programs);
    const helper = join(programs, "docker-credential-tests");
    const answer = JSON.stringify({ Username: registryUser.user, Secret: registryUser.password });
    await writeFile(
      helper,
      `#!/bin/sh\nread -r server\n[ "$1 $server" = "get ${basic.host}" ] && { echo '${answer}'; exit 0; }\necho credentials not found in native keychain\nexit 1\n`,
    );
    await chmod(helper, 0o755);
    const PATH = `${programs}:${process.env["PATH"] ?? ""}`;
    const helped = { ...(await docker({ credHelpers: { [basic.host]: "tests" } })), PATH };
    assert.equal((await client(helped).tags(name)).tags.length, 3);
    // One that has nothing is no error; one that is not there is.
    const store = { ...(await docker({ credsStore: "tests" })), PATH };
    assert.equal((await client(store).tags(`${open.host}/shop/web`)).tags.length, 5);
    const missing = { ...(await docker({ credsStore: "missing" })), PATH };
    assert.equal(await code(client(missing).tags(name)), "REGISTRY_DENIED");
    assert.equal(await code(client(await docker("{")).tags(name)), "REGISTRY_DENIED");
  });

  it("fetches a token, for reading this image and for nothing else", async () => {
    const name = `${token.host}/shop/web`;
    assert.equal(await code(client().tags(name)), "REGISTRY_DENIED");
    const file = await docker({ auths: { [token.host]: { auth } } });
    token.tokens?.asked.splice(0);
    const registries = client(file);
    assert.equal((await registries.tags(name)).tags.length, 3);
    assert.match((await registries.digest(name, "1.1.0")) ?? "", /^sha256:/);
    assert.deepEqual(token.tokens?.asked, ["repository:shop/web:pull"]);
    const identity = await docker({ auths: { [token.host]: { identitytoken: identityToken } } });
    assert.equal((await client(identity).tags(name)).tags.length, 3);
    const wrong = Buffer.from("reader:wrong").toString("base64");
    assert.equal(
      await code(client(await docker({ auths: { [token.host]: { auth: wrong } } })).tags(name)),
      "REGISTRY_DENIED",
    );
  });

  it("fetches another token where one has expired, and gives up where all have", async () => {
    const name = `${token.host}/shop/web`;
    const file = await docker({ auths: { [token.host]: { auth } } });
    const { tokens } = token;
    assert.ok(tokens);
    tokens.seconds = -120;
    assert.equal(await code(client(file).tags(name)), "REGISTRY_DENIED");
    tokens.seconds = 300;
    assert.equal((await client(file).tags(name)).tags.length, 3);
  });

  it("says that a registry is not there, or does not speak https", async () => {
    assert.equal(await code(client().tags("127.0.0.1:1/shop/web")), "REGISTRY_UNREACHABLE");
    const secure = { [open.host]: { insecure: false } };
    assert.equal(await code(client({}, secure).tags(`${open.host}/shop/web`)), "REGISTRY_UNREACHABLE");
  });
});
