import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { loginSource, readHelperAnswer, type DockerConfig } from "../../../../core/images/docker-config.ts";

const auth = (text: string): { auth: string } => ({ auth: Buffer.from(text).toString("base64") });
const login = (user: string, password: string) => ({ kind: "login", login: { user, password } }) as const;

describe("the Docker configuration", () => {
  const cases: readonly (readonly [string, DockerConfig, string, string, ReturnType<typeof loginSource>])[] = [
    ["has a login by host", { auths: { "r.example.com": auth("a:b") } }, "r.example.com", "x", login("a", "b")],
    [
      "has passwords with colons",
      { auths: { "r.example.com": auth("a:b:c") } },
      "r.example.com",
      "x",
      login("a", "b:c"),
    ],
    [
      "has a login by address",
      { auths: { "https://r.example.com/v1/": auth("a:b") } },
      "r.example.com",
      "x",
      login("a", "b"),
    ],
    [
      "calls Docker Hub by its old name",
      { auths: { "https://index.docker.io/v1/": auth("a:b") } },
      "docker.io",
      "library/x",
      login("a", "b"),
    ],
    [
      "has no login for another host",
      { auths: { "r.example.com": auth("a:b") } },
      "r.example.com:5000",
      "x",
      undefined,
    ],
    [
      "has no login for a host that only begins the same",
      { auths: { "r.example.com": auth("a:b") } },
      "r.example.com.evil",
      "x",
      undefined,
    ],
    [
      "has the login that is for most of the name",
      { auths: { "r.io": auth("a:b"), "r.io/team": auth("c:d") } },
      "r.io",
      "team/x",
      login("c", "d"),
    ],
    ["does not take a part of a segment", { auths: { "r.io/team": auth("c:d") } }, "r.io", "teams/x", undefined],
    [
      "has an identity token",
      { auths: { "r.io": { ...auth("a:"), identitytoken: "t" } } },
      "r.io",
      "x",
      { kind: "login", login: { identityToken: "t" } },
    ],
    [
      "has a helper for a registry",
      { credHelpers: { "r.io": "ecr-login" }, auths: { "r.io": auth("a:b") } },
      "r.io",
      "x",
      { kind: "helper", helper: "ecr-login", server: "r.io" },
    ],
    [
      "has a helper for all",
      { credsStore: "desktop", auths: { "https://r.io": {} } },
      "r.io",
      "x",
      { kind: "helper", helper: "desktop", server: "https://r.io" },
    ],
    ["has what is no login", { auths: { "r.io": { auth: "???" } } }, "r.io", "x", undefined],
  ];
  for (const [name, config, registry, repository, expected] of cases) {
    it(name, () => {
      assert.deepEqual(loginSource(config, registry, repository), expected);
    });
  }

  it("takes of a helper what helpers print, and nothing else", () => {
    assert.deepEqual(readHelperAnswer('{"Username":"a","Secret":"b"}'), { user: "a", password: "b" });
    assert.deepEqual(readHelperAnswer('{"Username":"<token>","Secret":"b"}'), { identityToken: "b" });
    for (const text of ["", "{", "{}", '{"Username":"a","Secret":""}']) assert.equal(readHelperAnswer(text), undefined);
  });
});
