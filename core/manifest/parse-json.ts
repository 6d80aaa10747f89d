import type { Json } from "./manifest.ts";

/** What a text says as JSON; undefined if it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    // JSON.parse answers with JSON and nothing else.
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
