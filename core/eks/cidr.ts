/** A block of IPv4 addresses. */
export interface Block {
  /** Its first address, as a number. */
  readonly first: number;
  /** Length of its prefix: 0 to 32. */
  readonly prefix: number;
}

/** Reads `10.0.0.0/16`; undefined for what is no block, such as one with bits behind its prefix. */
export function parseBlock(text: string): Block | undefined {
  const block = readBlock(text);
  return block === undefined || block.first % sizeOf(block) !== 0 ? undefined : block;
}

/** The block that an address with a prefix lies in: `10.0.0.7/16` is in `10.0.0.0/16`. Undefined for anything else. */
export function enclosingBlock(text: string): Block | undefined {
  const block = readBlock(text);
  return block === undefined ? undefined : { ...block, first: block.first - (block.first % sizeOf(block)) };
}

function readBlock(text: string): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const [a = NaN, b = NaN, c = NaN, d = NaN, prefix = NaN] = (match ?? []).slice(1).map(Number);
  if (![a, b, c, d].every((part) => part <= 255) || !(prefix <= 32)) return undefined;
  return { first: ((a * 256 + b) * 256 + c) * 256 + d, prefix };
}

/** `10.0.0.0/16`. */
export function formatBlock({ first, prefix }: Block): string {
  const parts = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${parts.join(".")}/${prefix}`;
}

/** Number of its addresses. */
export function sizeOf({ prefix }: Block): number {
  return 2 ** (32 - prefix);
}

/** True if both hold some address. */
export function overlaps(one: Block, other: Block): boolean {
  return one.first < other.first + sizeOf(other) && other.first < one.first + sizeOf(one);
}

/** True if one holds all of the other. */
export function contains(outer: Block, inner: Block): boolean {
  return outer.prefix <= inner.prefix && overlaps(outer, inner);
}

/** The part of a block that is so many bits longer in its prefix, counted from 0. */
export function partOf(block: Block, bits: number, index: number): Block {
  const prefix = block.prefix + bits;
  return { first: block.first + index * 2 ** (32 - prefix), prefix };
}
