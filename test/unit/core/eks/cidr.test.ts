import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { contains, formatBlock, overlaps, parseBlock, partOf, type Block } from "../../../../core/eks/cidr.ts";

const blocks: fc.Arbitrary<Block> = fc
  .record({ prefix: fc.integer({ min: 0, max: 28 }), address: fc.nat(2 ** 32 - 1) })
  .map(({ prefix, address }) => ({ prefix, first: address - (address % 2 ** (32 - prefix)) }));

describe("blocks of addresses", () => {
  it("are read as they are written", () => {
    fc.assert(fc.property(blocks, (block) => assert.deepEqual(parseBlock(formatBlock(block)), block)));
  });

  for (const text of ["", "10.0.0.0", "10.0.0.0/33", "256.0.0.0/8", "10.0.0.0/8 ", "10.0.0/8", "10.0.0.1/31", "::/0"]) {
    it(`are not ${JSON.stringify(text)}`, () => assert.equal(parseBlock(text), undefined));
  }

  it("hold their parts, which share no address", () => {
    fc.assert(
      fc.property(blocks, fc.integer({ min: 1, max: 4 }), (block, bits) => {
        const parts = Array.from({ length: 2 ** bits }, (_, index) => partOf(block, bits, index));
        assert.ok(parts.every((part) => contains(block, part) && parseBlock(formatBlock(part)) !== undefined));
        assert.ok(parts.every((one, index) => parts.slice(0, index).every((other) => !overlaps(one, other))));
      }),
    );
  });

  it("overlap where one holds the other, whoever is asked", () => {
    fc.assert(
      fc.property(blocks, blocks, (one, other) => {
        assert.equal(overlaps(one, other), overlaps(other, one));
        assert.equal(overlaps(one, other), contains(one, other) || contains(other, one));
      }),
    );
  });
});
