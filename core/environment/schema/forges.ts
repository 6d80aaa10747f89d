import { z } from "zod";
import { formats } from "../formats.ts";
import { distinct, text } from "./common.ts";

const forge = z
  .strictObject({
    kind: z
      .enum(["github", "gitlab", "gitea", "forgejo", "plain"])
      .describe("Which forge it is. `plain`: none; promotions are branches without a pull request."),
    url: text(formats.forgeUrl)
      .optional()
      .describe("Where it is asked, if that is not `https://` and the host: its page, not that of its API."),
    token: text(formats.variable)
      .optional()
      .describe(
        "Environment variable with the token. Default: GITHUB_TOKEN or GH_TOKEN, GITLAB_TOKEN, GITEA_TOKEN or " +
          "FORGEJO_TOKEN; else what Git's credential helper has for the host.",
      ),
    labels: distinct(z.string().regex(/^[^,\u0000-\u001f]{1,50}$/, "A label has 1 to 50 letters and no comma."), 1)
      .optional()
      .describe(
        "Labels of the pull requests that are opened on it; those that it does not know are made. Default: none.",
      ),
  })
  .describe("A forge.");

/** The forges of repositories, by host. */
export const forges = z
  .record(text(formats.host), forge)
  .default({})
  .describe("Forges that pull requests are opened on, by host: those that nobody knows by their name.");
