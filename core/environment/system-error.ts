/** An error of the operating system, such as ENOENT. */
export interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
}

/** True for an error that the operating system gave, as opposed to a mistake in a program. */
export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error;
}
