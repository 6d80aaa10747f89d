import type { LevelClosure } from "../../core/freeze/levels.ts";
import type { FreezeState } from "../../core/freeze/of-spec.ts";
import type { Json } from "../../core/manifest/manifest.ts";
import { ownerName } from "../output/change-set.ts";
import { span, type Line } from "../output/line.ts";
import { readableTime } from "../output/text.ts";

/** What `--json` prints of freeze windows: one entry for each that has some; `until` is null where nobody can tell. */
export function freezeField(states: readonly FreezeState[]): Json {
  return states.map(({ owner, closure, until }) => ({
    owner,
    open: closure === undefined,
    ...(closure === undefined ? {} : { reason: closure.reason, field: closure.field }),
    until: until?.toISOString() ?? null,
  }));
}

/** The same for people: `web: frozen until 2026-11-23 07:00:00 UTC, by tenants.shop.safety.freeze (0 18 * * FRI for 62h, Europe/Berlin)`. */
export function freezeLines(states: readonly FreezeState[]): readonly Line[] {
  return states.map(({ owner, closure, until }): Line => {
    const what = owner === "environment" ? "" : `${ownerName(owner)}: `;
    const end = until === undefined ? "" : ` until ${readableTime(until.toISOString())}`;
    if (closure === undefined) return [`${what}may change${end}`];
    return [what, span("update", "frozen"), `${end}, by ${closure.field}${windowText(closure)}`];
  });
}

/** The window that closes it, where one does: ` (0 18 * * FRI for 62h, Europe/Berlin)`. */
function windowText({ window }: LevelClosure): string {
  return window === undefined ? "" : ` (${window.cron} for ${window.duration}, ${window.timezone})`;
}
