import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { managedBy, ownerAnnotations } from "../../core/plan/ownership.ts";
import { environmentFacts, type EnvironmentFacts } from "../../core/policy/facts.ts";
import { objectRule } from "../rule.ts";

export const ownerLabelsRequired = objectRule({
  name: "owner-labels-required",
  description: "Every object says whose it is.",
  remediation:
    "Let an application or a tenant of the environment hold the object, and give it the labels that the settings name.",
  severity: "medium",
  level: "mandatory",
  links: ["https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/"],
  settings: z.strictObject({
    labels: z.array(z.string()).default([]).describe("Further labels that every object of an application carries."),
    environment: environmentFacts.prefault({}),
  }),
  check: ({ object, tenant }, { labels: required, environment }) => {
    const { labels, annotations } = record(object["metadata"]);
    // Nobody can put labels on what Driftless writes for tenants.
    const missing = tenant === undefined ? required.filter((label) => !isFilled(record(labels)[label])) : [];
    return [
      // Only Driftless passes the name: objects of other programs need not look like its own.
      ...(environment.name === "" ? [] : ownershipOf(record(labels), record(annotations), environment)),
      ...missing.map((label) => ({
        message: `the label ${JSON.stringify(label)} is missing`,
        path: ["metadata", "labels"],
        control: "labels",
      })),
    ];
  },
});

function ownershipOf(labels: JsonObject, annotations: JsonObject, { name, applications, tenants }: EnvironmentFacts) {
  const wrong = (message: string, path: readonly string[]) => [
    { message, path: ["metadata", ...path], control: "ownership" },
  ];
  const owner = (kind: "application" | "tenant", known: object) => {
    const value = annotations[ownerAnnotations[kind]];
    if (value === undefined) return [];
    if (typeof value === "string" && Object.hasOwn(known, value)) return [];
    return wrong(`it names the ${kind} ${JSON.stringify(value)}, which the environment does not have`, [
      ...["annotations", ownerAnnotations[kind]],
    ]);
  };
  const owners = ["application", "tenant"] as const;
  const count = owners.filter((kind) => annotations[ownerAnnotations[kind]] !== undefined).length;
  const environment = annotations[ownerAnnotations.environment];
  return [
    ...(labels[managedBy.label] === managedBy.value
      ? []
      : wrong(`the label ${managedBy.label} is not ${JSON.stringify(managedBy.value)}`, ["labels"])),
    ...(environment === name
      ? []
      : wrong(`the annotation ${ownerAnnotations.environment} is not ${JSON.stringify(name)}`, ["annotations"])),
    ...(count === 1 ? [] : wrong("it names neither one application nor one tenant as its owner", ["annotations"])),
    ...owner("application", applications),
    ...owner("tenant", tenants),
  ];
}

function isFilled(value: Json | undefined): boolean {
  return typeof value === "string" && value !== "";
}
