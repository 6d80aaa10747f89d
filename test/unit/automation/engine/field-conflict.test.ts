import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { fieldConflicts } from "../../../../automation/engine/field-conflict.ts";

const object = "eu/shop/Deployment.apps/web";
const one =
  'the resource had an apply conflict: Apply failed with 1 conflict: conflict with "kubectl-set" using apps/v1: ' +
  '.spec.template.spec.containers[name="web"].image';
const several =
  'Apply failed with 3 conflicts: conflicts with "kubectl-edit" using apps/v1:\n- .spec.replicas\n- .spec.paused\n' +
  'conflicts with "hpa" with subresource "scale" using apps/v1:\n- .spec.replicas';

const other =
  'Apply failed with 2 conflicts: conflicts with "pulumi-kubernetes-1a2b" using apps/v1:\n' +
  "- .metadata.annotations.driftless.dev/environment\n- .metadata.annotations.driftless.dev/origin";

describe("field conflicts", () => {
  const cases = [
    {
      what: "names object, path and the other manager",
      diagnostics: [{ severity: "error", message: one, object }],
      messages: [
        'Deployment.apps shop/web on eu: spec.template.spec.containers[name="web"].image is managed by "kubectl-set" too, with another value.',
      ],
    },
    {
      what: "makes one finding per manager",
      diagnostics: [{ severity: "error", message: several, object }],
      messages: [
        'Deployment.apps shop/web on eu: spec.replicas, spec.paused is managed by "kubectl-edit" too, with another value.',
        'Deployment.apps shop/web on eu: spec.replicas is managed by "hpa" too, with another value.',
      ],
    },
    {
      what: "says that the object is another environment's where the conflict is about whose it is",
      diagnostics: [{ severity: "error", message: other, object }],
      messages: ["Deployment.apps shop/web on eu belongs to another environment."],
    },
    {
      what: "is silent about other errors",
      diagnostics: [{ severity: "error", message: "denied", object }],
      messages: [],
    },
    { what: "is silent about warnings", diagnostics: [{ severity: "warning", message: one, object }], messages: [] },
  ] as const;
  for (const { what, diagnostics, messages } of cases) {
    it(what, () => {
      assert.deepEqual(
        fieldConflicts(diagnostics).map(({ message }) => message),
        messages,
      );
    });
  }
});
