import { isDrift, type DriftReport, type ObjectDrift } from "../drift/report.ts";
import { failure } from "../errors/error.ts";
import { nearest } from "../errors/nearest.ts";
import { quote } from "../errors/quote.ts";
import { applicationOf } from "../plan/identity.ts";

/**
 * The drifted objects that somebody means: all of them, those of applications (`web`), or objects: `Deployment/web`,
 * `Deployment.apps/shop/web`, or a whole resource name.
 * @throws USAGE for one that has not drifted: most likely it is misspelt.
 */
export function selectDrift(report: DriftReport, wanted: readonly string[]): readonly ObjectDrift[] {
  const drifted = report.objects.filter(({ verdict }) => isDrift(verdict));
  if (wanted.length === 0) return drifted;
  const chosen = new Set<ObjectDrift>();
  for (const text of wanted) {
    const meant = drifted.filter((object) => namesOf(object).includes(text.toLowerCase()));
    if (meant.length === 0) throw notDrifted(text, drifted, report.environment);
    for (const object of meant) chosen.add(object);
  }
  return drifted.filter((object) => chosen.has(object));
}

function namesOf({ owner, kind, namespace, name, resourceName }: ObjectDrift): readonly string[] {
  const kinds = [kind, kind.replace(/\..*$/, "")];
  const application = applicationOf(owner);
  return [
    ...(application === undefined ? [] : [application]),
    ...kinds.flatMap((each) => [
      `${each}/${name}`,
      ...(namespace === undefined ? [] : [`${each}/${namespace}/${name}`]),
    ]),
    resourceName,
  ].map((each) => each.toLowerCase());
}

function notDrifted(text: string, drifted: readonly ObjectDrift[], environment: string): Error {
  const names = drifted.flatMap(namesOf);
  const meant = nearest(text.toLowerCase(), names);
  return failure(
    "USAGE",
    `Nothing that is called ${quote(text)} has drifted in ${quote(environment)}.`,
    meant === undefined
      ? `Name an application or an object, as Deployment/web; driftless drift ${environment} lists what has drifted.`
      : `Did you mean ${quote(meant)}?`,
  );
}
