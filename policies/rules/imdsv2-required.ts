import { z } from "zod";
import { isJsonObject, record } from "../../core/manifest/json.ts";
import { cloudRule } from "../rule.ts";

export const imdsv2Required = cloudRule({
  name: "imdsv2-required",
  description: "Instances give their credentials only to who asks with a session token (IMDSv2).",
  remediation: 'Set metadataOptions.httpTokens to "required".',
  severity: "high",
  level: "mandatory",
  links: ["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html"],
  types: [
    "aws:ec2/instance:Instance",
    "aws:ec2/launchConfiguration:LaunchConfiguration",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
  ],
  settings: z.strictObject({}),
  check: ({ object }) => {
    // An instance takes from its launch template what it does not say itself.
    if (object["metadataOptions"] === undefined && isJsonObject(object["launchTemplate"])) return [];
    const { httpTokens, httpEndpoint } = record(object["metadataOptions"]);
    if (httpTokens === "required" || httpEndpoint === "disabled") return [];
    const message =
      typeof httpTokens === "string"
        ? `metadataOptions.httpTokens is ${JSON.stringify(httpTokens)}`
        : "metadataOptions.httpTokens is not set";
    return [{ message, path: ["metadataOptions", "httpTokens"] }];
  },
});
