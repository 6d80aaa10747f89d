import { z } from "zod";
import { isDigest, parseImageReference } from "../../core/manifest/image-reference.ts";
import { imagesOf } from "../images.ts";
import { isWithin, repositoryOf } from "../repository.ts";
import { objectRule } from "../rule.ts";

export const imageDigestRequired = objectRule({
  name: "image-digest-required",
  description: "Every image is named by its digest, so that what runs is what was reviewed.",
  remediation: "Give the image its digest, name:tag@sha256:…, in the manifest or in the environment's images file.",
  severity: "medium",
  level: "disabled",
  links: ["https://kubernetes.io/docs/concepts/containers/images/#image-names"],
  settings: z.strictObject({
    except: z
      .array(z.string())
      .default([])
      .describe('Registries and paths in them whose images need no digest: "registry.example.com/team".'),
  }),
  check: ({ object }, { except }) =>
    imagesOf(object).flatMap(({ use, image, path }) => {
      // One that names no image at all is what image-tag-required is about.
      if (image === "" || isDigest(parseImageReference(image).digest)) return [];
      const repository = repositoryOf(image);
      if (except.some((registry) => isWithin(repository, registry))) return [];
      return [{ message: `${use}, which has no digest`, path }];
    }),
});
