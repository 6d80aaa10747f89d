/**
 * The policy by which a service of AWS may take on a role, as JSON.
 * @param actions Beyond `sts:AssumeRole`, such as `sts:TagSession`.
 */
export function trustPolicy(service: string, actions: readonly string[] = []): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: ["sts:AssumeRole", ...actions] }],
  });
}
