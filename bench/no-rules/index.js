import { PolicyPack } from "@pulumi/policy";

new PolicyPack("no-rules", { policies: [] });
