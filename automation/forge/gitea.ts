import { giteaApi, type Comment as GiteaComment, type PullRequest as GiteaPull } from "gitea-js";
import { decisions } from "./decisions.ts";
import { ask, isConflict, timeoutMs, type ForgeContext } from "./failure.ts";
import type { Approval, Forge, PullRequest } from "./forge.ts";
import { allPages } from "./pages.ts";
import { upsertComment, type ForgeComment } from "./upsert-comment.ts";

/** What Gitea gives at most, unless its operator says otherwise. */
const pageSize = 50;

/** Pages of closed pull requests that are looked through for one of our branch, the last changed first. */
const closedPages = 4;

/** Of labels that we make: it wants one. */
const labelColor = "#5319e7";

/** Gitea and Forgejo. */
export function gitea(context: ForgeContext): Forge {
  const { address, token, now, signal } = context;
  const [owner = "", repo = ""] = address.path.split("/").map(encodeURIComponent);
  const api = giteaApi(address.url, {
    token,
    // A redirect would carry the token elsewhere, or make a POST a GET.
    customFetch: (input, init) =>
      fetch(input, {
        ...init,
        redirect: "error",
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]),
      }),
  });
  const list = async (state: "open" | "closed", page: number): Promise<readonly PullRequest[]> => {
    const query = { state, sort: "recentupdate", page, limit: pageSize } as const;
    const { data } = await api.repos.repoListPullRequests(owner, repo, query);
    return data.flatMap((each) => toPullRequest(each, address.path));
  };
  return {
    address,
    find: (head, base): Promise<readonly PullRequest[]> =>
      ask(context, "list pull requests", async () => {
        // The list cannot be asked for a branch, so that what is open is looked at as a whole, and of the rest the latest.
        const open = await allPages((page) => list("open", page), pageSize);
        const fits = (each: PullRequest): boolean => each.head === head && each.base === base;
        const found = open.filter(fits);
        for (let page = 1; found.length === 0 && page <= closedPages; page++) {
          const closed = await list("closed", page);
          found.push(...closed.filter(fits));
          if (closed.length === 0) break;
        }
        return found.sort((left, right) => right.number - left.number);
      }),
    create: (head, base, { title, body }) =>
      ask(context, "open a pull request", async () => {
        try {
          const { data } = await api.repos.repoCreatePullRequest(owner, repo, { head, base, title, body });
          return made(toPullRequest(data, address.path));
        } catch (error) {
          if (isConflict(error, now())) return undefined;
          throw error;
        }
      }),
    update: (number, { title, body }) =>
      ask(context, "change a pull request", async () => {
        const { data } = await api.repos.repoEditPullRequest(owner, repo, number, { title, body });
        return made(toPullRequest(data, address.path));
      }),
    close: (number) =>
      ask(context, "close a pull request", async () => {
        await api.repos.repoEditPullRequest(owner, repo, number, { state: "closed" });
      }),
    comment: (number, marker, body) =>
      upsertComment(context, marker, body, {
        list: async () => {
          // It calls comments of what does not exist a failure of its own.
          await api.repos.repoGetPullRequest(owner, repo, number);
          const { data } = await api.repos.issueGetComments(owner, repo, number);
          return data.flatMap(toComment);
        },
        create: async () => {
          const { data } = await api.repos.issueCreateComment(owner, repo, number, { body });
          return made(toComment(data));
        },
        edit: async (id, text) => {
          await api.repos.issueEditComment(owner, repo, id, { body: text });
        },
        self: async () => (await api.user.userGetCurrent()).data.id,
      }),
    label: (number, labels) =>
      ask(context, "label a pull request", async () => {
        const known = await allPages(async (page) => {
          const { data } = await api.repos.issueListLabels(owner, repo, { page, limit: pageSize });
          return data;
        }, pageSize);
        const ids: number[] = [];
        for (const name of labels) {
          const id = known.find((each) => each.name === name)?.id;
          const made = id ?? (await api.repos.issueCreateLabel(owner, repo, { name, color: labelColor })).data.id;
          if (made !== undefined) ids.push(made);
        }
        await api.repos.issueAddLabel(owner, repo, number, { labels: ids });
      }),
    approvals: (number): Promise<readonly Approval[]> =>
      ask(context, "list reviews", async () => {
        const reviews = await allPages(async (page) => {
          const { data } = await api.repos.repoListPullReviews(owner, repo, number, { page, limit: pageSize });
          return data;
        }, pageSize);
        return decisions(
          reviews.map(({ user, state, dismissed, commit_id, submitted_at }) => ({
            by: user?.login ?? "",
            state: dismissed === true ? "DISMISSED" : (state ?? ""),
            revision: commit_id,
            at: submitted_at,
          })),
        );
      }),
  };
}

function made<Item>([item]: readonly Item[]): Item {
  if (item === undefined) throw new TypeError("the forge has answered with something else than what was made");
  return item;
}

function toComment({ id, body, user }: GiteaComment): readonly ForgeComment[] {
  return id === undefined ? [] : [{ id, body: body ?? "", author: user?.id }];
}

/** None for one from a fork. */
function toPullRequest(pull: GiteaPull, path: string): readonly PullRequest[] {
  const { number, head, base } = pull;
  const own = head?.repo?.full_name?.toLowerCase() ?? path.toLowerCase();
  if (number === undefined || head === undefined || base === undefined || own !== path.toLowerCase()) return [];
  return [
    {
      number,
      url: pull.html_url ?? "",
      state: pull.merged === true ? "merged" : pull.state === "open" ? "open" : "closed",
      title: pull.title ?? "",
      body: pull.body ?? "",
      // The name of a branch that is gone is only in its label.
      head: head.label ?? head.ref ?? "",
      revision: head.sha ?? "",
      base: base.ref ?? "",
    },
  ];
}
