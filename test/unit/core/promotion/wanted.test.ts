import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DriftlessError } from "../../../../core/errors/error.ts";
import { wantedImages, wantedText } from "../../../../core/promotion/wanted.ts";

/** An application whose Deployment runs these images. */
const application = (name: string, ...images: readonly string[]) =>
  ({
    name,
    hooks: [],
    objects: [
      {
        object: {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name },
          spec: { template: { spec: { containers: images.map((image, at) => ({ name: `c${at}`, image })) } } },
        },
      },
    ],
  }) as never;

describe("Images that a promotion wants", () => {
  const wanted = (running: readonly string[], ...images: readonly string[]): readonly string[] =>
    wantedImages({ web: running }, { applications: [application("web", ...images)] }, new Set(["web"])).map(wantedText);

  it("are those of the same name that run there in another version", () => {
    assert.deepEqual(wanted(["web:2", "proxy:1"], "web:1", "proxy:1"), ["web: 1 → 2"]);
  });

  it("are none that only one of both has, and none of other applications", () => {
    assert.deepEqual(wanted(["web:1", "debug:3"], "web:1", "proxy:1"), []);
    const applications = [application("web", "web:1"), application("till", "web:1")];
    assert.equal(wantedImages({ web: ["web:2"], till: ["web:2"] }, { applications }, new Set(["web"])).length, 1);
  });

  it("are none where the same image runs there in several versions, and this one among them", () => {
    assert.deepEqual(wanted(["web:1", "web:2"], "web:1", "web:2"), []);
  });

  it("cannot be told where the same image runs there in several versions, and this one is none of them", () => {
    assert.throws(
      () => wanted(["web:1", "web:2"], "web:0"),
      (error) => {
        assert.ok(error instanceof DriftlessError);
        assert.equal(error.code, "PROMOTION_REFUSED");
        assert.match(error.message, /web runs web:1 and web:2, so nobody can tell which of them web:0 is to become/);
        return true;
      },
    );
  });
});
