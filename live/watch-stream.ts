import type { IncomingMessage } from "node:http";
import type { JsonObject } from "../core/manifest/manifest.ts";
import { count, text } from "../core/health/status.ts";
import { record } from "../core/manifest/json.ts";
import { ApiError } from "./api-error.ts";
import { parseJson } from "../core/manifest/parse-json.ts";

/** A change that a watch reports. A `BOOKMARK` changes nothing: its object only says how far the watch has come. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: JsonObject;
}

/** No object of a cluster comes near this; a stream that never ends its line must not fill the memory. */
const maxLineLength = 32 << 20;

/**
 * The events of a watch, one JSON document a line. Ends where the server ended it.
 * @throws {ApiError} with the code of an `ERROR` event: 410 if the version to go on from is too old.
 */
export async function* watchEvents(response: IncomingMessage): AsyncGenerator<WatchEvent> {
  response.setEncoding("utf8");
  let rest = "";
  for await (const chunk of response) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLineLength) throw new ApiError(502, "a line of the watch is too long");
    for (const line of lines) if (line !== "") yield eventOf(line);
  }
}

function eventOf(line: string): WatchEvent {
  const event = record(parseJson(line));
  const type = text(event["type"]);
  const object = record(event["object"]);
  switch (type) {
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
    case "BOOKMARK":
      return { type, object };
    case "ERROR":
      throw new ApiError(count(object["code"], 500), text(object["message"]) || "unknown error");
    default:
      throw new ApiError(502, "an event of the watch cannot be read");
  }
}
