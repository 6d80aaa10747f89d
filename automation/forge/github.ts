import { request as unbound } from "@octokit/request";
import { z } from "zod";
import { ask, isConflict, timeoutMs, type ForgeContext } from "./failure.ts";
import type { Approval, Forge, PullRequest, PullRequestText, Upserted } from "./forge.ts";
import { decisions } from "./decisions.ts";
import { allPages, pageSize } from "./pages.ts";
import { problemOf } from "./problem.ts";
import { upsertComment, type ForgeComment } from "./upsert-comment.ts";

interface GithubPull {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly merged_at: string | null;
  readonly title: string;
  readonly body: string | null;
  readonly head: { readonly ref: string; readonly sha: string; readonly repo?: { readonly full_name: string } | null };
  readonly base: { readonly ref: string };
}

const viewerSchema = z.object({
  data: z.object({ data: z.object({ viewer: z.object({ databaseId: z.number() }) }) }),
});

/** GitHub, and GitHub Enterprise Server under an address of its own. */
export function github(context: ForgeContext): Forge {
  const { address, token, signal } = context;
  const [owner = "", repo = ""] = address.path.split("/");
  const where = { owner, repo };
  const request = unbound.defaults({
    baseUrl: address.url === "https://github.com" ? "https://api.github.com" : `${address.url}/api/v3`,
    headers: { authorization: `Bearer ${token}`, "x-github-api-version": "2022-11-28", "user-agent": "driftless" },
  });
  // A redirect would carry the token elsewhere, or make a POST a GET.
  const options = () => ({
    redirect: "error" as const,
    signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]),
  });
  const find = (head: string, base: string): Promise<readonly PullRequest[]> =>
    ask(context, "list pull requests", async () => {
      const query = { state: "all", sort: "created", direction: "desc", per_page: pageSize } as const;
      const { data } = await request("GET /repos/{owner}/{repo}/pulls", {
        ...where,
        ...query,
        head: `${owner}:${head}`,
        base,
        request: options(),
      });
      const own = data.filter(
        (each) => each.head.ref === head && each.head.repo?.full_name.toLowerCase() === address.path.toLowerCase(),
      );
      return own.map(toPullRequest);
    });
  const self = async (): Promise<number | undefined> => {
    try {
      const { data } = await request("GET /user", { request: options() });
      return Number(data.id);
    } catch (error) {
      if (problemOf(error, context.now()).status !== 403) throw error;
      // An app's token, such as that of a job of GitHub Actions, is none of a user; who it is only GraphQL says.
      const answer = await request("POST /graphql", {
        baseUrl: address.url === "https://github.com" ? "https://api.github.com" : `${address.url}/api`,
        query: "{ viewer { databaseId } }",
        request: options(),
      });
      return viewerSchema.safeParse(answer).data?.data.data.viewer.databaseId;
    }
  };
  return {
    address,
    find,
    create: (head: string, base: string, text: PullRequestText) =>
      ask(context, "open a pull request", async () => {
        try {
          const { data } = await request("POST /repos/{owner}/{repo}/pulls", {
            ...where,
            head,
            base,
            ...text,
            request: options(),
          });
          return toPullRequest(data);
        } catch (error) {
          if (isConflict(error, context.now())) return undefined;
          throw error;
        }
      }),
    update: (number, text) =>
      ask(context, "change a pull request", async () => {
        const { data } = await request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
          ...where,
          pull_number: number,
          ...text,
          request: options(),
        });
        return toPullRequest(data);
      }),
    close: (number) =>
      ask(context, "close a pull request", async () => {
        await request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
          ...where,
          pull_number: number,
          state: "closed",
          request: options(),
        });
      }),
    comment: (number, marker, body): Promise<Upserted> =>
      upsertComment(context, marker, body, {
        list: () =>
          allPages(async (page) => {
            const { data } = await request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
              ...where,
              issue_number: number,
              per_page: pageSize,
              page,
              request: options(),
            });
            return data.map(toComment);
          }),
        create: async () => {
          const { data } = await request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
            ...where,
            issue_number: number,
            body,
            request: options(),
          });
          return toComment(data);
        },
        edit: async (id, text) => {
          await request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
            ...where,
            comment_id: id,
            body: text,
            request: options(),
          });
        },
        self,
      }),
    label: (number, labels) =>
      ask(context, "label a pull request", async () => {
        await request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
          ...where,
          issue_number: number,
          labels: [...labels],
          request: options(),
        });
      }),
    approvals: (number): Promise<readonly Approval[]> =>
      ask(context, "list reviews", async () => {
        const reviews = await allPages(async (page) => {
          const { data } = await request("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
            ...where,
            pull_number: number,
            per_page: pageSize,
            page,
            request: options(),
          });
          return data;
        });
        return decisions(
          reviews.map(({ user, state, commit_id, submitted_at }) => ({
            by: user?.login ?? "",
            state,
            revision: commit_id ?? undefined,
            at: submitted_at,
          })),
        );
      }),
  };
}

function toComment({
  id,
  body,
  user,
}: {
  readonly id: number | bigint;
  readonly body?: string | undefined;
  readonly user: { readonly id: number | bigint } | null;
}): ForgeComment {
  return { id: Number(id), body: body ?? "", author: user === null ? undefined : Number(user.id) };
}

function toPullRequest(pull: GithubPull): PullRequest {
  return {
    number: pull.number,
    url: pull.html_url,
    state: pull.merged_at !== null ? "merged" : pull.state === "open" ? "open" : "closed",
    title: pull.title,
    body: pull.body ?? "",
    head: pull.head.ref,
    revision: pull.head.sha,
    base: pull.base.ref,
  };
}
