/** An error of the operating system, such as ENOENT. */
export interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
}

/**
 * True for an error that the operating system gave, as opposed to a mistake in a program.
 * @param codes Only these, such as `ENOENT`. Default: any.
 */
export function isSystemError(error: unknown, ...codes: readonly string[]): error is SystemError {
  if (!(error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string"))
    return false;
  return codes.length === 0 || codes.includes(error.code);
}

/** For `.catch`: undefined for errors of the operating system with these codes; anything else is thrown on. */
export function ignore(...codes: readonly [string, ...string[]]): (error: unknown) => undefined {
  return (error) => {
    if (!isSystemError(error, ...codes)) throw error;
  };
}
