import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseJson } from "../../../../core/manifest/parse-json.ts";

describe("parseJson", () => {
  it("reads JSON, and tells null from what is no JSON", () => {
    assert.deepEqual(parseJson('{"a":[1,null]}'), { a: [1, null] });
    assert.equal(parseJson("null"), null);
    for (const text of ["", "{", "<html>", '{"a":1} {"b":2}']) assert.equal(parseJson(text), undefined, text);
  });
});
