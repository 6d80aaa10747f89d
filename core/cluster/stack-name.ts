/**
 * The whole name of a stack, `<organization>/<project>/<stack>`, which means the same in every project and to every part of
 * Pulumi: its command line takes `a/b` for an organization and a stack.
 * @param name `stack`, `project/stack` or `organization/project/stack`.
 * @param own Organization and project of the stack that names it.
 */
export function wholeStackName(name: string, own: readonly [organization: string, project: string]): string {
  const parts = name.split("/");
  return [...own.slice(0, Math.max(0, 3 - parts.length)), ...parts].join("/");
}
