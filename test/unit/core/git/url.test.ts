import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DriftlessError } from "../../../../core/errors/error.ts";
import { parseRepositoryUrl, withoutUser } from "../../../../core/git/url.ts";

const parse = (repo: string, local = false) => parseRepositoryUrl(repo, local, "/project");

function errorOf(repo: string, local = false): DriftlessError {
  try {
    parse(repo, local);
  } catch (error) {
    assert.ok(error instanceof DriftlessError);
    return error;
  }
  return assert.fail(`${JSON.stringify(repo)} was accepted`);
}

describe("parseRepositoryUrl", () => {
  it("accepts https, ssh and the short form of ssh", () => {
    for (const [repo, kind] of [
      ["https://git.example.com/platform/config.git", "https"],
      ["https://git.example.com:8443/a/b", "https"],
      ["https://[::1]:8443/a", "https"],
      ["ssh://git@git.example.com:2222/a/b.git", "ssh"],
      ["ssh://git.example.com/~team/config", "ssh"],
      ["git@git.example.com:platform/config.git", "ssh"],
      ["git.example.com:config.git", "ssh"],
    ] as const) {
      const url = parse(repo);
      assert.deepEqual([url.kind, url.address, url.display], [kind, repo, repo]);
    }
  });

  it("takes spellings of the same address for one repository", () => {
    const canonical = parse("https://git.example.com/a/b").canonical;
    assert.equal(parse("HTTPS://Git.Example.com:443/a/b/").canonical, canonical);
    assert.notEqual(parse("https://git.example.com/A/b").canonical, canonical);
    assert.equal(parse("ssh://git@h.example:22/a").canonical, parse("ssh://git@H.example/a").canonical);
  });

  it("resolves a local path against the project, only where it is allowed, and shows it as written", () => {
    assert.deepEqual(parse("../config.git", true), {
      kind: "local",
      address: "/config.git",
      canonical: "/config.git",
      display: "../config.git",
    });
    assert.equal(parse("/srv/with space/config.git", true).display, "config.git");
    assert.equal(errorOf("../config.git").code, "GIT_URL_DENIED");
  });

  // Case A8.
  for (const repo of [
    "ext::sh -c 'touch marker'",
    "fd::17",
    "file:///srv/config.git",
    "/srv/config.git",
    "../config.git",
    "git://git.example.com/config.git",
    "http://git.example.com/config.git",
    "ssh://-oProxyCommand=touch-marker/config.git",
    "https:///nohost",
    "ssh://-x@host/config.git",
    "ftp://git.example.com/x",
  ]) {
    it(`denies the transport of ${repo} and names those that are allowed`, () => {
      const error = errorOf(repo);
      assert.ok(["GIT_URL_DENIED", "GIT_URL_INVALID"].includes(error.code));
      if (!repo.includes(" ")) assert.equal(error.code, "GIT_URL_DENIED");
      assert.match(error.message, /https/);
      assert.match(error.message, /ssh/);
    });
  }

  it("denies other transports where a local path is allowed, too", () => {
    for (const repo of ["ext::sh", "fd::17", "file:///srv/config.git", "git://h/x", "http://h/x"]) {
      assert.equal(errorOf(repo, true).code, "GIT_URL_DENIED");
    }
    assert.equal(errorOf("--upload-pack=x", true).code, "GIT_URL_INVALID");
    assert.equal(errorOf("a\nb", true).code, "GIT_URL_INVALID");
  });

  it("refuses what could be taken for an option, and characters that split lines or arguments", () => {
    for (const repo of [
      "",
      "--upload-pack=touch marker",
      "-u touch marker",
      "-cPROTOCOL.ALLOW=always",
      "https://git.example.com/a b",
      "https://git.example.com/a\nb",
      "https://git.example.com/a%0ab",
      "https://git.example.com/a%0D",
      "https://git.example.com/\0",
      "https://git.example.com/a?token=b",
      "https://git.example.com/a#b",
      "https://git.example.com/a/../b",
      "https://git.example.com/a/%2e%2e/b",
      "https://git.example.com",
      "https://git.example.com/",
      "https://git.example.com:99999/a",
      "git@git.example.com:-x",
      "https://git.example.com\\@evil.example/a",
    ]) {
      const { code } = errorOf(repo);
      assert.ok(code === "GIT_URL_INVALID" || code === "GIT_URL_DENIED", repo);
    }
  });

  it("refuses credentials and never repeats them", () => {
    for (const repo of [
      "https://canary@git.example.com/a",
      "https://user:canary@git.example.com/a",
      "https://user:can@ary@git.example.com/a",
      "ssh://user:canary@git.example.com/a",
      "user:canary@git.example.com:a",
      "http://user:canary@git.example.com/a",
      "https://git.example.com/a?canary",
    ]) {
      const error = errorOf(repo);
      assert.ok(!/canary|ary@/.test(error.message), error.message);
    }
    assert.match(errorOf("https://canary@git.example.com/a").message, /credential helper/);
  });
});

describe("the address of a clone", () => {
  it("loses the credentials that CI writes into it", () => {
    assert.equal(withoutUser("https://job:token@git.example.com/a/b.git"), "https://git.example.com/a/b.git");
    assert.equal(withoutUser("https://git.example.com/a/@b.git"), "https://git.example.com/a/@b.git");
    assert.equal(withoutUser("git@git.example.com:a/b.git"), "git@git.example.com:a/b.git");
  });
});
