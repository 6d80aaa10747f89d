import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, it } from "mocha";
import { Registries } from "../../../../automation/registry/client.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";
import { AnsweringServer } from "../../../support/answering-server.ts";

const secret = "secret-of-tests";

describe("a hostile registry", () => {
  let bad: AnsweringServer;
  let other: AnsweringServer;
  beforeEach(async () => {
    bad = await new AnsweringServer().listen();
    other = await new AnsweringServer().listen();
  });
  afterEach(() => Promise.all([bad.close(), other.close()]));

  const client = (): Registries => {
    const registries = { [bad.host]: { user: "reader", password: "PASSWORD" } };
    return new Registries({ direct: false, registries }, { env: { PASSWORD: secret }, now: () => new Date(0) });
  };
  const name = (): string => `${bad.host}/shop/web`;
  const refused = async (work: Promise<unknown>, code: string, message: RegExp): Promise<void> => {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof DriftlessError);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.ok(!error.message.includes(secret));
      assert.doesNotMatch(error.message, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      return true;
    });
  };
  const tags = (response: ServerResponse, list: unknown, link?: string): void => {
    response.writeHead(200, link === undefined ? {} : { link }).end(JSON.stringify({ tags: list }));
  };

  it("does not get more memory than a list of tags takes", async () => {
    bad.respond = (_, response) => void response.write("[".repeat(9 << 20));
    await refused(client().tags(name()), "REGISTRY_INVALID", /more than 8388608 bytes/);
  });

  it("does not keep us reading pages without an end", async () => {
    let page = 0;
    bad.respond = (request, response) => {
      page++;
      tags(response, [`t${page}`], `<${request.url?.split("?")[0] ?? ""}?last=${page}>; rel="next"`);
    };
    await refused(client().tags(name()), "REGISTRY_INVALID", /has no end/);
    assert.equal(page, 200);
    bad.respond = (request, response) => tags(response, ["a"], `<${request.url ?? ""}>; rel="next"`);
    await refused(client().tags(name()), "REGISTRY_INVALID", /has no end/);
  });

  it("does not lead us to another place for the next page", async () => {
    for (const next of [`http://${other.host}/v2/shop/web/tags/list`, "/v2/other/tags/list", "file:///etc/passwd"]) {
      bad.respond = (_, response) => tags(response, ["a"], `<${next}>; rel="next"`);
      await refused(client().tags(name()), "REGISTRY_INVALID", /somewhere else/);
    }
    assert.deepEqual(other.seen, []);
  });

  it("does not get our login to another host by a redirect", async () => {
    bad.respond = ({ headers }, response) => {
      if (headers.authorization === undefined) {
        response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
      } else {
        response.writeHead(307, { location: `http://${other.host}/elsewhere` }).end();
      }
    };
    other.respond = (_, response) => tags(response, ["1.0.0"]);
    assert.deepEqual((await client().tags(name())).tags, ["1.0.0"]);
    assert.deepEqual(
      bad.seen.map(({ login }) => login?.slice(0, 5)),
      [undefined, "Basic"],
    );
    assert.deepEqual(other.seen, [{ path: "/elsewhere", login: undefined }]);
  });

  it("does not redirect us in circles, nor to what is no registry", async () => {
    bad.respond = ({ url }, response) => void response.writeHead(302, { location: url ?? "" }).end();
    await refused(client().tags(name()), "REGISTRY_INVALID", /again and again/);
    for (const location of ["file:///etc/passwd", `http://a:b@${other.host}/`, "data:,x", "http://["]) {
      bad.respond = (_, response) => void response.writeHead(302, { location }).end();
      await refused(client().tags(name()), "REGISTRY_INVALID", /not safe/);
    }
  });

  it("does not choose what our login is asked for", async () => {
    const challenge = `Bearer realm="http://${other.host}/token",service="s",scope="repository:secrets/all:pull,push,delete"`;
    bad.respond = ({ headers }, response) => {
      if (headers.authorization === "Bearer t") tags(response, ["1.0.0"]);
      else response.writeHead(401, { "www-authenticate": challenge }).end();
    };
    other.respond = (_, response) => void response.end('{"token":"t"}');
    await client().tags(name());
    assert.deepEqual(
      other.seen.map(({ path }) => decodeURIComponent(path)),
      ["/token?scope=repository:shop/web:pull&service=s"],
    );
    other.respond = (_, response) => void response.writeHead(302, { location: `http://${bad.host}/` }).end();
    await refused(client().tags(name()), "REGISTRY_INVALID", /redirects where it must not/);
    other.respond = (_, response) => void response.end('{"token":"a\\r\\nb"}');
    await refused(client().tags(name()), "REGISTRY_INVALID", /gives none/);
  });

  it("is logged in to again when a token has expired, and only once at a time", async () => {
    let given = 0;
    let valid = "";
    bad.respond = ({ headers }, response) => {
      if (headers.authorization === `Bearer ${valid}` && valid !== "") tags(response, ["1.0.0"]);
      else response.writeHead(401, { "www-authenticate": `Bearer realm="http://${other.host}/"` }).end();
    };
    other.respond = (_, response) => {
      valid = `t${++given}`;
      response.end(JSON.stringify({ access_token: valid }));
    };
    const registries = client();
    await registries.tags(name());
    valid = "revoked";
    await registries.tags(name());
    assert.equal(given, 2);
  });

  it("is asked with a wrong password once, so that no account is locked", async () => {
    bad.respond = (_, response) => {
      response.writeHead(401, { "www-authenticate": `Bearer realm="http://${other.host}/"` }).end();
    };
    other.respond = (_, response) => void response.writeHead(401).end(secret);
    const registries = client();
    for (let tries = 0; tries < 3; tries++) await refused(registries.tags(name()), "REGISTRY_DENIED", /PASSWORD/);
    assert.equal(other.seen.length, 1);
  });

  it("gets no tag past us that is none", async () => {
    const wrong = ["a b", "../x", "\u001b[31mred", "", "-a", "a".repeat(129), "ü"];
    bad.respond = (_, response) => tags(response, ["1.0.0", ...wrong, "1.0.0"]);
    assert.deepEqual(await client().tags(name()), { tags: ["1.0.0"], ignored: wrong.length });
    for (const list of ["x", [1], { a: 1 }]) {
      bad.respond = (_, response) => tags(response, list);
      await refused(client().tags(name()), "REGISTRY_INVALID", /no list/);
    }
    bad.respond = (_, response) => tags(response, null);
    assert.deepEqual((await client().tags(name())).tags, []);
  });

  it("cannot give another content for a digest, nor a digest that is none", async () => {
    const body = JSON.stringify({ config: { digest: `sha256:${"0".repeat(64)}` } });
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    bad.respond = (_, response) => void response.end(body);
    await refused(client().created(name(), digest), "REGISTRY_INVALID", /is something else/);
    await refused(client().created(name(), `sha256:${"1".repeat(64)}`), "REGISTRY_INVALID", /is something else/);
    // Without a header that can be believed, what the tag leads to is read.
    bad.respond = (_, response) => void response.setHeader("docker-content-digest", "sha256:../../x").end(body);
    assert.equal(await client().digest(name(), "1.0.0"), digest);
  });

  it("cannot lead us from index to index", async () => {
    let steps = 0;
    const bodies = new Map<string, string>();
    let next = `sha256:${"0".repeat(64)}`;
    for (let at = 0; at < 6; at++) {
      const body = JSON.stringify({ manifests: [{ digest: next }] });
      next = `sha256:${createHash("sha256").update(body).digest("hex")}`;
      bodies.set(next, body);
    }
    bad.respond = ({ url }, response) => {
      steps++;
      response.end(bodies.get(url?.split("/").at(-1) ?? ""));
    };
    assert.equal(await client().created(name(), next), undefined);
    assert.equal(steps, 3);
  });

  it("is told apart from one that has too much to do", async () => {
    bad.respond = (_, response) => void response.writeHead(429, { "retry-after": "60" }).end();
    await refused(client().tags(name()), "REGISTRY_LIMITED", /after 1970-01-01T00:01:00/);
    bad.respond = (_, response) => void response.writeHead(503).end();
    await refused(client().tags(name()), "REGISTRY_UNREACHABLE", /status 503/);
    bad.respond = (request) => void request.socket.destroy();
    await refused(client().tags(name()), "REGISTRY_UNREACHABLE", /could not be asked/);
  });
});
