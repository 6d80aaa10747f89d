import type { WatchedHeal } from "../drift/watched-heals.ts";
import { objectName } from "./drift-lines.ts";
import { reasonText } from "./heal-lines.ts";
import type { OutputDocument } from "./json.ts";
import { span, type Line } from "./line.ts";
import { readableTime } from "./text.ts";

/** A line of `drift --watch --heal --json`: an object was healed, or left and why. */
export function healDocument(
  environment: string,
  { time, object, left, finding, seconds }: WatchedHeal,
): OutputDocument {
  const { verdict, owner, cluster, kind, namespace, name } = object;
  const place = namespace === undefined ? {} : { namespace };
  const outcome =
    left === undefined
      ? { seconds: seconds ?? null }
      : { reason: left, code: finding?.code ?? null, message: finding?.message ?? null };
  return {
    ...{ kind: "DriftEvent", event: left === undefined ? "healed" : "left", time, environment },
    object: { verdict, owner, cluster, kind, ...place, name },
    ...outcome,
  };
}

/** The same for a person. */
export function healLine(heal: WatchedHeal, several: boolean): Line {
  const time = span("faint", `${readableTime(heal.time)}  `);
  const name = objectName(heal.object, several);
  if (heal.left === undefined) {
    return [time, span("good", `✓ ${name}`), `  put back in ${(heal.seconds ?? 0).toFixed(1)} s`];
  }
  const why = heal.finding === undefined ? "" : `: ${heal.finding.message}`;
  return [time, span("bad", `✗ ${name}`), `  left: ${reasonText(heal)}${why}`];
}
