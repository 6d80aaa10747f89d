import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { ForgeContext } from "../../../../automation/forge/failure.ts";
import { upsertComment, type Comments, type ForgeComment } from "../../../../automation/forge/upsert-comment.ts";

const context: ForgeContext = {
  address: { kind: "gitea", url: "https://git.example.com", path: "a/b", display: "git.example.com/a/b" },
  token: "secret",
  tokenFrom: "GITEA_TOKEN",
  now: () => new Date(0),
};
const marker = "<!-- driftless:review -->";
const [us, mallory] = [1, 2];

/** An answer that is none, as a client library throws it. */
const answer = (status: number): Error => Object.assign(new Error("no"), { response: { status } });

/** Comments of a pull request, as `[author, body]`; who we are, or how the forge refuses to say so. */
function thread(self: number | undefined | Error, ...present: readonly (readonly [number, string])[]) {
  const all: ForgeComment[] = present.map(([author, body], at) => ({ id: at + 1, author, body }));
  const asked: string[] = [];
  const comments = (body: string): Comments => ({
    list: () => Promise.resolve([...all]),
    create: () => {
      const made = { id: all.length + 1, author: us, body };
      all.push(made);
      return Promise.resolve(made);
    },
    edit: (id, text) => {
      const at = all.findIndex((each) => each.id === id);
      const { author } = all[at] ?? assert.fail(`there is no comment ${id}`);
      assert.equal(author, us, "somebody else's comment was changed");
      all[at] = { id, author, body: text };
      return Promise.resolve();
    },
    self: () => {
      asked.push("self");
      return self instanceof Error ? Promise.reject(self) : Promise.resolve(self);
    },
  });
  const write = (text: string) => upsertComment(context, marker, `${marker}\n${text}`, comments(`${marker}\n${text}`));
  return { write, asked, said: () => all.map(({ author, body }) => [author, body.replace(`${marker}\n`, "")]) };
}

describe("The one comment of a pull request that is kept up to date", () => {
  it("is written where there is none, without asking who we are", async () => {
    const { write, said, asked } = thread(us, [mallory, "Looks good"]);
    assert.equal(await write("one"), "created");
    assert.deepEqual(said(), [
      [mallory, "Looks good"],
      [us, "one"],
    ]);
    assert.deepEqual(asked, []);
  });
  it("is brought up to date, and left alone where it says so already", async () => {
    const { write, said } = thread(us, [us, `${marker}\none`]);
    assert.equal(await write("two"), "updated");
    assert.equal(await write("two"), "unchanged");
    assert.deepEqual(said(), [[us, "two"]]);
  });
  it("is never one that somebody else wrote, not even word for word", async () => {
    const { write, said } = thread(us, [mallory, `${marker}\none`]);
    assert.equal(await write("one"), "created");
    assert.equal(await write("two"), "updated");
    assert.deepEqual(said(), [
      [mallory, "one"],
      [us, "two"],
    ]);
  });
  for (const [how, self] of [
    ["does not say who we are", undefined],
    ["refuses to say who we are", answer(403)],
    ["does not know such a question", answer(404)],
  ] as const) {
    it(`is written anew where the forge ${how}, and what we wrote before says that it is outdated`, async () => {
      const { write, said } = thread(self, [mallory, `${marker}\nforged`], [us, `${marker}\none`]);
      assert.equal(await write("two"), "created");
      assert.deepEqual(said(), [
        [mallory, "forged"],
        [us, "_Outdated: there is a newer one below._"],
        [us, "two"],
      ]);
    });
  }
  it("is not written anew because the forge is down", async () => {
    for (const self of [answer(500), new TypeError("fetch failed")]) {
      const { write, said } = thread(self, [us, `${marker}\none`]);
      await assert.rejects(write("two"), /FORGE_UNREACHABLE/);
      assert.deepEqual(said(), [[us, "one"]]);
    }
  });
});
