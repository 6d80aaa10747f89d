import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { SignedNotes } from "../../core/git/signed-notes.ts";
import { createOpenPgpKey, type OpenPgpKey } from "../support/open-pgp.ts";
import { createPerson, gitAs, type TestPerson } from "../support/people.ts";

describe("Notes that are signed", function () {
  this.timeout(60_000);
  let root: string;
  let ada: TestPerson;
  let pgp: OpenPgpKey | undefined;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "driftless-notes-"));
    ada = await createPerson(root, "ada");
    pgp = await createOpenPgpKey("Ada <ada@example.com>");
    await gitAs(ada, root, ["init", "-q", "-b", "main"]);
  });
  after(async () => {
    await pgp?.remove();
    await rm(root, { recursive: true, force: true });
  });

  const note = (message: string) => ({ subject: "a plan", line: message, message });

  it("with OpenPGP count by the fingerprint that the document has, and by no other", async function () {
    if (pgp === undefined) return this.skip();
    await gitAs(ada, root, ["config", "gpg.format", "openpgp"]);
    await gitAs(ada, root, ["config", "user.signingkey", pgp.fingerprint]);
    const env = { PATH: process.env["PATH"], ...ada.env, GNUPGHOME: pgp.home };
    const notes = new SignedNotes(root, { env });
    assert.deepEqual(await notes.add(note("by OpenPGP")), { shared: false });
    const signers = async (keys: readonly string[]): Promise<readonly (string | undefined)[]> =>
      (await notes.read("a plan", { [ada.email]: keys })).map(({ signer }) => signer);
    assert.deepEqual(await signers([`gpg:${pgp.fingerprint}`]), [ada.email]);
    assert.deepEqual(await signers([`gpg:${pgp.fingerprint.toUpperCase()}`]), [ada.email]);
    assert.deepEqual(await signers([`gpg:${"0".repeat(40)}`, ada.key]), [undefined]);
    await gitAs(ada, root, ["config", "gpg.format", "ssh"]);
    await gitAs(ada, root, ["config", "user.signingkey", join(root, "ada", "key")]);
    await notes.add(note("by SSH"));
    assert.deepEqual(await signers([`gpg:${pgp.fingerprint}`, ada.key]), [ada.email, ada.email]);
    assert.deepEqual(await signers([ada.key]), [undefined, ada.email]);
  });
});
