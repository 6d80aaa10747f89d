import { record } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { isWholeWorld } from "./cidr.ts";
import { texts } from "./policy-document.ts";

/** Keys that say who or what asks: a condition on one of them makes "everybody" somebody. */
const callers = new Set(
  [
    ...["aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths"],
    ...["aws:SourceAccount", "aws:SourceArn", "aws:SourceIp", "aws:SourceOrgID", "aws:SourceOrgPaths"],
    ...["aws:SourceVpc", "aws:SourceVpce", "aws:userId", "kms:CallerAccount", "s3:DataAccessPointAccount"],
  ].map((key) => key.toLowerCase()),
);

/** Keys that say what is asked for: a condition on one of them makes "every resource" some of them. */
const resources =
  /^(aws|ec2|iam|ssm|secretsmanager|autoscaling|elasticloadbalancing|eks):(resourcetag|requesttag)\/|^aws:resource(account|orgid|orgpaths)$|^iam:passedtoservice$/;

/** Values that leave open whose something is: `*`, and a name in whatever account. */
const anything = /^\**$|^arn:(?:[^:]*:){3}\*/;

/** True if a condition narrows down who may do something. */
export function narrowsCallers(condition: JsonObject): boolean {
  return narrows(condition, (key) => callers.has(key));
}

/** True if a condition narrows down on what something may be done. */
export function narrowsResources(condition: JsonObject): boolean {
  return narrows(condition, (key) => resources.test(key));
}

/** All conditions of a statement have to hold, so one that narrows is enough. */
function narrows(condition: JsonObject, counts: (key: string) => boolean): boolean {
  return Object.entries(condition).some(([operator, keys]) => {
    // What excludes, and what holds where the key is missing, leaves everybody else in.
    if (/^null$|not|ifexists$|^forallvalues:/i.test(operator)) return false;
    return Object.entries(record(keys)).some(([key, value]) => {
      const values = texts(value);
      const open = values.some((each) => anything.test(each) || isWholeWorld(each));
      return counts(key.toLowerCase()) && values.length > 0 && !open;
    });
  });
}
