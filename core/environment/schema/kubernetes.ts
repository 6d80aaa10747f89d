import { z } from "zod";
import { formats } from "../formats.ts";
import { distinct, text } from "./common.ts";

/** A Kubernetes version as templates see it. */
export const kubeVersion = text(formats.kubeVersion);

/** API versions beside the built-in ones. */
export const apiVersions = distinct(text(formats.servedVersion));

/** What charts may ask about a cluster. Plans are computed without a cluster, so the document says it. */
export const kubernetes = z
  .strictObject({
    version: kubeVersion.optional().describe("Its Kubernetes version. Default: the one that this program knows."),
    apiVersions: apiVersions
      .default([])
      .describe('API versions that it serves beside the built-in ones, as "group/version" or "group/version/Kind".'),
  })
  .describe("What charts see of the cluster; `driftless facts <env> --write` fills it in.");
