import type { Command } from "./command.ts";
import { approve } from "./commands/approve.ts";
import { audit } from "./commands/audit.ts";
import { block, unblock } from "./commands/block.ts";
import { cluster } from "./commands/cluster.ts";
import { destroy } from "./commands/destroy.ts";
import { diff } from "./commands/diff.ts";
import { doctor } from "./commands/doctor.ts";
import { drift } from "./commands/drift.ts";
import { driftAccept } from "./commands/drift-accept.ts";
import { eksToken } from "./commands/eks-token.ts";
import { explain } from "./commands/explain.ts";
import { facts } from "./commands/facts.ts";
import { history } from "./commands/history.ts";
import { images } from "./commands/images.ts";
import { pin } from "./commands/pin.ts";
import { plan } from "./commands/plan.ts";
import { policyCheck } from "./commands/policy-check.ts";
import { policyExceptions } from "./commands/policy-exceptions.ts";
import { policyList } from "./commands/policy-list.ts";
import { policySettings } from "./commands/policy-settings.ts";
import { preview } from "./commands/preview.ts";
import { promote } from "./commands/promote.ts";
import { recover } from "./commands/recover.ts";
import { render } from "./commands/render.ts";
import { review } from "./commands/review.ts";
import { rollback } from "./commands/rollback.ts";
import { show } from "./commands/show.ts";
import { status } from "./commands/status.ts";
import { takeover } from "./commands/takeover.ts";
import { tenantRemove } from "./commands/tenant-remove.ts";
import { tenants } from "./commands/tenants.ts";
import { up } from "./commands/up.ts";
import { validate } from "./commands/validate.ts";

/**
 * Every command, by name, in the order in which help lists them. A new command is one file and one line; two words are a
 * command of a group.
 */
export const commands = {
  validate,
  explain,
  plan,
  render,
  diff,
  pin,
  promote,
  images,
  facts,
  "policy check": policyCheck,
  "policy list": policyList,
  "policy exceptions": policyExceptions,
  "policy settings": policySettings,
  review,
  preview,
  approve,
  up,
  takeover,
  status,
  tenants,
  "tenant remove": tenantRemove,
  drift,
  "drift accept": driftAccept,
  history,
  show,
  audit,
  rollback,
  block,
  unblock,
  recover,
  destroy,
  cluster,
  "eks token": eksToken,
  doctor,
} as const satisfies Readonly<Record<string, Command>>;

/** What the commands of a group have in common, by its name. */
export const groups: Readonly<Record<string, { readonly summary: string }>> = {
  eks: { summary: "What clients of EKS clusters need." },
  tenant: { summary: "Change which tenants an environment has." },
  policy: { summary: "Check environments against their policy packs, and show rules, exceptions and settings." },
};
