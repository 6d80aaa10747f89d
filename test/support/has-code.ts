import assert from "node:assert/strict";
import { DriftlessError } from "../../core/errors/error.ts";

/** For `assert.rejects`: an error with this code, and message if one is given, without paths of the machine. */
export function hasCode(code: string, message?: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof DriftlessError, String(error));
    assert.equal(error.code, code, error.message);
    if (message !== undefined) assert.equal(error.findings[0].message, message);
    assert.doesNotMatch(error.message, /\/tmp\/|\/root\/|\n\s+at /);
    return true;
  };
}
