import type { Analysis } from "../../../../automation/output/analysis.ts";

/** Text that would break a document that does not escape it. */
export const hostile = `<b a="1">&amp; ]]> \u001b[31m\u0000 \ud800 it's\nnew`;

/** An analysis with an error, advice, a result without a place, and objects without results. */
export const analysis: Analysis = {
  command: "policy check",
  topic: "policy",
  environment: "dev",
  rules: [
    {
      id: "image-tag-required",
      description: "Every container names the version of its image.",
      help: "Give the image a tag.",
      url: "https://example.com/tags",
      severity: "high",
      level: "error",
    },
    { id: "probes-required", description: hostile, level: "warning", url: "no url" },
  ],
  results: [
    {
      rule: "image-tag-required",
      level: "error",
      message: 'container "web" runs "nginx", which has no tag.',
      fix: "Give the image a tag.",
      object: "main/shop/Deployment.apps/web",
      field: "spec.template.spec.containers[0].image",
      place: { file: "apps/a b#?/web.yaml", line: 12, column: 3 },
    },
    { rule: "probes-required", level: "warning", message: hostile, object: "main/shop/Deployment.apps/web" },
    { rule: "probes-required", level: "warning", message: hostile, object: "main/shop/Deployment.apps/web" },
    { rule: "unlisted", level: "error", message: "The stack is too large.", object: "" },
  ],
  objects: [
    {
      name: "main/shop/Deployment.apps/web",
      owner: "application/web",
      place: { file: "apps/a b#?/web.yaml", line: 1 },
    },
    { name: "main/shop/Service/web", owner: "application/web" },
    { name: "main/_/Namespace/shop", owner: "tenant/shop" },
  ],
  source: { repo: "https://git.example.com/config.git", revision: "a".repeat(40) },
  document: { file: "environments/dev.yaml", line: 1, column: 1 },
};
