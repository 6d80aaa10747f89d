import { MergeRequestApprovals, MergeRequestNotes, MergeRequests, Users } from "@gitbeaker/rest";
import { ask, isConflict, timeoutMs, type ForgeContext } from "./failure.ts";
import type { Approval, Forge, PullRequest } from "./forge.ts";
import { upsertComment, type ForgeComment } from "./upsert-comment.ts";

interface GitlabMergeRequest {
  readonly iid: number;
  readonly web_url: string;
  readonly state: string;
  readonly title: string;
  readonly description: string | null;
  readonly source_branch: string;
  readonly target_branch: string;
  readonly sha: string | null;
}

/** Merge requests of one branch; nobody has more. */
const mostRequests = 50;

/** GitLab, also on a server of one's own. */
export function gitlab(context: ForgeContext): Forge {
  const { address, token, now } = context;
  const project = address.path;
  // As `Authorization`, which a redirect to another host takes away, unlike GitLab's own header.
  const options = { host: address.url, oauthToken: token, queryTimeout: timeoutMs };
  const requests = new MergeRequests(options);
  const notes = new MergeRequestNotes(options);
  const users = new Users(options);
  const reviews = new MergeRequestApprovals(options);
  return {
    address,
    find: (head, base): Promise<readonly PullRequest[]> =>
      ask(context, "list merge requests", async () => {
        const found = await requests.all({
          projectId: project,
          sourceBranch: head,
          targetBranch: base,
          scope: "all",
          orderBy: "created_at",
          sort: "desc",
          perPage: mostRequests,
          maxPages: 1,
        });
        return found
          .filter((each) => each.source_project_id === each.target_project_id)
          .map((each) => toPullRequest(each));
      }),
    create: (head, base, { title, body }) =>
      ask(context, "open a merge request", async () => {
        try {
          return toPullRequest(await requests.create(project, head, base, title, { description: body }));
        } catch (error) {
          if (isConflict(error, now())) return undefined;
          throw error;
        }
      }),
    update: (number, { title, body }) =>
      ask(context, "change a merge request", async () =>
        toPullRequest(await requests.edit(project, number, { title, description: body })),
      ),
    close: (number) =>
      ask(context, "close a merge request", async () => {
        await requests.edit(project, number, { stateEvent: "close" });
      }),
    comment: (number, marker, body) =>
      upsertComment(context, marker, body, {
        list: async () => {
          const all = await notes.all(project, number, { sort: "asc", orderBy: "created_at", perPage: 100 });
          return all.filter(({ system }) => !system).map(toComment);
        },
        create: async () => toComment(await notes.create(project, number, body)),
        edit: async (id, text) => {
          await notes.edit(project, number, id, { body: text });
        },
        self: async () => (await users.showCurrentUser()).id,
      }),
    label: (number, labels) =>
      ask(context, "label a merge request", async () => {
        await requests.edit(project, number, { addLabels: labels.join(",") });
      }),
    approvals: (number): Promise<readonly Approval[]> =>
      ask(context, "list approvals", async () => {
        const { approved_by: approvedBy } = await reviews.showConfiguration(project, { mergerequestIId: number });
        if (approvedBy === undefined || approvedBy.length === 0) return [];
        // An approval does not name its commit; when it was given does, by what the merge request brought then.
        const [versions, history] = await Promise.all([
          requests.allDiffVersions(project, number),
          notes.all(project, number, { sort: "asc", orderBy: "created_at", perPage: 100 }),
        ]);
        return approvedBy.map(({ user: { username } }) => {
          const note = history.findLast(
            ({ system, author, body }) => system && author.username === username && /^approved\b/.test(body),
          );
          const at = note?.created_at;
          const version = versions
            .filter(({ created_at: made }) => at !== undefined && Date.parse(made) <= Date.parse(at))
            .sort((left, right) => Date.parse(right.created_at) - Date.parse(left.created_at))[0];
          return { by: username, revision: version?.head_commit_sha, at };
        });
      }),
  };
}

function toComment({
  id,
  body,
  author,
}: {
  readonly id: number;
  readonly body: string;
  readonly author: { readonly id: number };
}): ForgeComment {
  return { id, body, author: author.id };
}

function toPullRequest(request: GitlabMergeRequest): PullRequest {
  return {
    number: request.iid,
    url: request.web_url,
    // `locked` is one that is being merged.
    state: request.state === "merged" ? "merged" : request.state === "closed" ? "closed" : "open",
    title: request.title,
    body: request.description ?? "",
    head: request.source_branch,
    revision: request.sha ?? "",
    base: request.target_branch,
  };
}
