import { PolicyPack } from "@pulumi/policy";
import { toPolicy } from "./policy.ts";
import { rules } from "./rules/index.ts";

new PolicyPack("driftless", { enforcementLevel: "mandatory", policies: rules.map(toPolicy) });
