import type { Report } from "../command.ts";
import { watchDrift } from "../drift/watch.ts";
import type { WatchHealer } from "../drift/heal-watch.ts";
import type { WatchedHeal } from "../drift/watched-heals.ts";
import type { WatchEnd, WatchEvent, WatchHandlers } from "../drift/watch-types.ts";
import { exitCodes } from "../exit-code.ts";
import { driftDocument } from "../output/drift-document.ts";
import { endDocument, eventDocument, eventLine, scopeDocument } from "../output/drift-events.ts";
import { driftLines } from "../output/drift-lines.ts";
import { healDocument, healLine } from "../output/heal-events.ts";
import { formatLine, type OutputDocument } from "../output/json.ts";
import { span } from "../output/line.ts";
import type { Session } from "../session.ts";

/**
 * `driftless drift <env> --watch`: what has drifted, then a line for whatever begins or ends, until it is interrupted. With
 * `heal`, what may be healed by itself is, and that is told too.
 */
export async function watchCommand(
  { io: given, ...rest }: Session,
  environment: string,
  { showIgnored, heal }: { readonly showIgnored: boolean; readonly heal: boolean },
): Promise<Report> {
  const signal = given.closed === undefined ? given.signal : AbortSignal.any([given.signal, given.closed]);
  const session: Session = { ...rest, io: { ...given, signal } };
  const { io, form, progress } = session;
  const print = (document: OutputDocument): void => {
    if (form === "json") io.stdout(formatLine(document));
  };
  let several = false;
  let unlisted: ReadonlySet<string> = new Set();
  const healer = heal
    ? await openHealer(session, environment, (heals) => {
        for (const each of heals) print(healDocument(environment, each));
        session.show(heals.map((each) => healLine(each, several)));
      })
    : undefined;
  const handlers: WatchHandlers = {
    onStart: (measured) => {
      const { resources } = measured;
      unlisted = new Set(measured.unlisted);
      several = new Set(resources.map(({ cluster }) => cluster)).size > 1;
      const each = { environment, ...measured };
      print(driftDocument([each], showIgnored));
      session.show(driftLines(each, showIgnored));
    },
    onReady: (scope) => {
      print(scopeDocument(environment, scope));
      const clusters = scope.clusters.length === 1 ? "1 cluster" : `${scope.clusters.length} clusters`;
      progress.note(`watching ${scope.objects} objects, and ${scope.kinds} kinds for unknown ones, on ${clusters}`);
      const more = scope.unlisted.filter((kind) => !unlisted.has(kind));
      if (more.length > 0) progress.note(`not watched for unknown ones either: ${more.join(", ")}`);
    },
    onEvents: (events: readonly WatchEvent[]) => {
      healer?.note(events);
      for (const event of events) print(eventDocument(environment, event));
      session.show(events.map((event) => eventLine(event, several)));
    },
    ...(healer === undefined ? {} : { onDrift: (objects) => healer.heal(objects) }),
  };
  const watch = (): Promise<WatchEnd> => watchDrift(session, environment, handlers);
  const end = healer === undefined ? await watch() : await healer.during(watch);
  const exitCode =
    end.outcome === "error" ? exitCodes.terminal : end.outcome === "drift" ? exitCodes.differences : exitCodes.success;
  const doubt = end.outcome === "error" ? "; not all of it is known" : "";
  const found = end.drifted === 0 ? "no drift" : `${end.drifted} drifted`;
  return {
    document: endDocument(environment, end),
    inOneLine: true,
    lines: [[span("strong", environment), `: ${found}${doubt}`]],
    exitCode,
  };
}

/** Loading what heals takes longer than a watch needs to begin. */
async function openHealer(
  session: Session,
  environment: string,
  onHealed: (heals: readonly WatchedHeal[]) => void,
): Promise<WatchHealer> {
  const { WatchHealer: Healer } = await import("../drift/heal-watch.ts");
  return new Healer({ session, environment, onHealed });
}
