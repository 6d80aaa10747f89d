import type { MergeRequestLevelMergeRequestApprovalSchema, MergeRequestNoteSchema } from "@gitbeaker/rest";
import type { ApiDescription } from "./api.ts";

/**
 * What we use of GitLab's REST API, version 4: paths, parameters and fields as its reference documents them. No package that
 * can be installed carries GitLab's own OpenAPI description, so this is written by hand; that answers have the fields
 * that the client promises is checked against its types.
 */
const text = { type: "string" };
const integer = { type: "integer" };
const oneOf = (...values: readonly string[]) => ({ type: "string", enum: values });
const query = (parameters: Readonly<Record<string, object>>) =>
  Object.entries({ ...parameters, page: integer, per_page: { type: "integer", minimum: 1, maximum: 100 } }).map(
    ([name, schema]) => ({ name, in: "query", schema }),
  );
const body = (required: readonly string[], properties: Readonly<Record<string, object>>) => ({
  content: { "application/json": { schema: { type: "object", required, properties } } },
});
const answers = (status: number, value: unknown) => ({
  [status]: { content: { "application/json": { schema: {}, examples: { default: { value } } } } },
});

const person = {
  id: 1,
  username: "ada",
  name: "Ada",
  state: "active",
  avatar_url: "",
  web_url: "https://gitlab.example.com/ada",
};
/** Commit of the merge request in the examples. */
export const headCommit = "8888888888888888888888888888888888888888";

/** The merge request of the examples. */
export const mergeRequest = {
  id: 84,
  iid: 14,
  project_id: 4,
  title: "Promote web",
  description: "Body",
  state: "opened",
  source_branch: "promote",
  target_branch: "main",
  source_project_id: 4,
  target_project_id: 4,
  sha: headCommit,
  web_url: "https://gitlab.example.com/platform/team/config/-/merge_requests/14",
};

const note = {
  id: 301,
  body: "Looks good",
  attachment: null,
  author: person,
  created_at: "2026-01-02T10:00:00.000Z",
  updated_at: "2026-01-02T10:00:00.000Z",
  system: false,
  noteable_id: 84,
  noteable_type: "MergeRequest",
  noteable_iid: 14,
  resolvable: false,
} satisfies Partial<MergeRequestNoteSchema> & Record<string, unknown>;

/** What GitLab itself notes of an approval. */
export const approvedNote = { ...note, id: 302, body: "approved this merge request", system: true };

const approval = {
  id: 84,
  iid: 14,
  project_id: 4,
  title: "Promote web",
  state: "opened",
  approvals_required: 1,
  approvals_left: 0,
  approved_by: [{ user: person }],
} satisfies Partial<MergeRequestLevelMergeRequestApprovalSchema>;

const version = (id: number, commit: string, created: string) => ({
  ...{ id, head_commit_sha: commit, base_commit_sha: commit, start_commit_sha: commit, created_at: created },
  ...{ merge_request_id: 84, state: "collected", real_size: "1" },
});

const one = "/projects/{id}/merge_requests/{merge_request_iid}";

export const gitlabApi: ApiDescription = {
  paths: {
    "/projects/{id}/merge_requests": {
      get: {
        parameters: query({
          state: oneOf("opened", "closed", "locked", "merged", "all"),
          scope: oneOf("created_by_me", "assigned_to_me", "all"),
          order_by: oneOf("created_at", "updated_at"),
          sort: oneOf("asc", "desc"),
          source_branch: text,
          target_branch: text,
        }),
        responses: answers(200, [mergeRequest]),
      },
      post: {
        requestBody: body(["source_branch", "target_branch", "title"], {
          source_branch: text,
          target_branch: text,
          title: text,
          description: text,
          labels: text,
          remove_source_branch: { type: "boolean" },
        }),
        responses: answers(201, mergeRequest),
      },
    },
    [one]: {
      put: {
        requestBody: body([], {
          title: text,
          description: text,
          target_branch: text,
          state_event: oneOf("close", "reopen"),
          add_labels: text,
        }),
        responses: answers(200, mergeRequest),
      },
    },
    [`${one}/notes`]: {
      get: {
        parameters: query({ sort: oneOf("asc", "desc"), order_by: oneOf("created_at", "updated_at") }),
        responses: answers(200, [note, approvedNote]),
      },
      post: {
        requestBody: body(["body"], { body: text, internal: { type: "boolean" } }),
        responses: answers(201, note),
      },
    },
    "/user": { get: { responses: answers(200, person) } },
    [`${one}/notes/{note_id}`]: {
      put: { requestBody: body(["body"], { body: text }), responses: answers(200, note) },
    },
    [`${one}/approvals`]: { get: { responses: answers(200, approval) } },
    [`${one}/versions`]: {
      get: {
        parameters: query({}),
        responses: answers(200, [
          version(2, "9999999999999999999999999999999999999999", "2026-01-03T10:00:00.000Z"),
          version(1, headCommit, "2026-01-01T10:00:00.000Z"),
        ]),
      },
    },
  },
};
