import { z } from "zod";
import { environmentFacts } from "../../core/policy/facts.ts";
import { imagesOf } from "../images.ts";
import { isWithin, repositoryOf } from "../repository.ts";
import { objectRule } from "../rule.ts";
import { tenantOf } from "../tenant.ts";

export const imageRegistriesAllowed = objectRule({
  name: "image-registries-allowed",
  description: "Images come from the registries that the environment and the tenant allow, where they name any.",
  remediation: "Take the image from an allowed registry, or allow its registry.",
  severity: "high",
  level: "mandatory",
  links: ["https://kubernetes.io/docs/concepts/containers/images/#image-names"],
  settings: z.strictObject({
    registries: z
      .array(z.string())
      .default([])
      .describe(
        'Registries, or paths in them: "ghcr.io", "registry.example.com/team". Images without a registry are of "docker.io/library". Empty: any.',
      ),
    environment: environmentFacts.prefault({}),
  }),
  check: (subject, { registries, environment }) => {
    const images = imagesOf(subject.object).filter(({ image }) => image !== "");
    if (images.length === 0) return [];
    const tenant = tenantOf(subject, environment);
    const walls = [
      ...(registries.length === 0 ? [] : [{ allowed: registries, who: "environment" }]),
      ...(tenant?.registries === undefined
        ? []
        : [{ allowed: tenant.registries, who: `tenant ${JSON.stringify(tenant.name)}` }]),
    ];
    return images.flatMap(({ use, image, path }) => {
      const repository = repositoryOf(image);
      return walls.flatMap(({ allowed, who }) => {
        if (allowed.some((registry) => isWithin(repository, registry))) return [];
        const list = allowed.length === 0 ? "none" : allowed.join(", ");
        return [{ message: `${use}, where the ${who} allows ${list}`, path }];
      });
    });
  },
});
