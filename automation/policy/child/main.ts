import { enableCompileCache } from "node:module";
import type { CheckRequest, OpenRequest } from "../protocol.ts";
import { check, type Whereabouts } from "./check.ts";
import { requests, say } from "./line.ts";
import { describePack, loadPack, type Pack } from "./pack.ts";

/*
 * Entry of the process that runs one policy pack without the engine. It loads the pack as the engine would, but takes
 * its rules instead of serving them, and then asks the rules itself. No package is imported: a start counts.
 */

async function open({ entry, compileCache }: OpenRequest): Promise<Pack> {
  enableCompileCache(compileCache);
  const pack = await loadPack(entry);
  say({ opened: describePack(pack) });
  return pack;
}

function sayFailure(error: unknown, at: Whereabouts): void {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // Node.js puts the place of a mistake in the code before the error.
  const place = error instanceof SyntaxError ? /^(?:file:\/\/)?(\/.+:\d+)$/m.exec(error.stack ?? "")?.[1] : undefined;
  say({ failed: { message, ...(place === undefined ? {} : { place }), ...at } });
}

let pack: Pack | undefined;
for await (const request of requests()) {
  const at: Whereabouts = {};
  try {
    if (pack === undefined) pack = await open(request as OpenRequest);
    else await check(pack, request as CheckRequest, at);
  } catch (error) {
    sayFailure(error, at);
  }
}
