import type { JsonObject } from "../../../core/manifest/manifest.ts";
import type { CheckRequest } from "../protocol.ts";
import { askedRule, askResource, askStack, isFor, type Asked } from "./ask.ts";
import { say } from "./line.ts";
import type { Pack } from "./pack.ts";
import { remediate } from "./remediate.ts";
import { freeze, type Resource } from "./resource.ts";

/** Rule and resource that are being worked on: what a failure names. */
export interface Whereabouts {
  rule?: number;
  urn?: string;
}

/** Puts every question of a request to the rules of a pack, and says what they answer. */
export async function check(pack: Pack, { resources, work, rules }: CheckRequest, at: Whereabouts): Promise<void> {
  const asked = rules.flatMap(({ index, settings }) => {
    const rule = pack.rules[index];
    return rule === undefined ? [] : [askedRule(index, rule, settings)];
  });
  const done = { violations: [] as object[], changed: [] as object[] };
  if (work === "remediate") done.changed = await remediateAll(asked, resources, at);
  else done.violations = await judgeAll(asked, work, resources.map(freeze), at);
  say({ done });
}

async function judgeAll(
  asked: readonly Asked[],
  work: "resources" | "stack",
  resources: readonly Resource[],
  at: Whereabouts,
): Promise<object[]> {
  const violations: object[] = [];
  for (const each of asked) {
    begin(each, at);
    if (work === "stack") {
      violations.push(...(await askStack(each, resources)));
      continue;
    }
    const { validateResource = [] } = each.rule;
    const validations = [validateResource].flat();
    for (const resource of resources) {
      at.urn = resource.urn;
      for (const validate of validations) {
        // As in the engine: only a single function says to which type it is confined.
        if (validations.length === 1 && !isFor(validate, resource.type)) continue;
        const found = askResource(each, validate, resource);
        // Most rules answer at once; waiting for each would take longer than they do.
        violations.push(...(found instanceof Promise ? await found : found));
      }
    }
  }
  return violations;
}

/** Each rule is shown what those before it have made of a resource. */
async function remediateAll(
  asked: readonly Asked[],
  resources: readonly Resource[],
  at: Whereabouts,
): Promise<object[]> {
  const changed = new Map<number, { readonly rule: number; readonly resource: number; readonly props: JsonObject }>();
  for (const each of asked) {
    begin(each, at);
    for (const [index, resource] of resources.entries()) {
      at.urn = resource.urn;
      const props = await remediate(each, { ...resource, props: changed.get(index)?.props ?? resource.props });
      if (props !== undefined) changed.set(index, { rule: each.index, resource: index, props });
    }
  }
  return [...changed.values()];
}

function begin({ index }: Asked, at: Whereabouts): void {
  at.rule = index;
  delete at.urn;
  say({ at: index });
}
