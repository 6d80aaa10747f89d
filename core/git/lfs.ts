const pointerStart = Buffer.from("version https://git-lfs.github.com/spec/v1\n");
const pointerMaxBytes = 1024;

/** True if a file is a Git LFS pointer: its content is elsewhere, and not in the commit. */
export function isLfsPointer(content: Buffer): boolean {
  return content.length <= pointerMaxBytes && content.subarray(0, pointerStart.length).equals(pointerStart);
}
