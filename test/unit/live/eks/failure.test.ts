import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { awsFailure, notReady, unknownCluster } from "../../../../live/eks/failure.ts";

const target = { name: "dev-eu", region: "eu-central-1" };

function named(name: string, message = "said AWS", code?: string): Error {
  return Object.assign(new Error(message), { name }, code === undefined ? {} : { code });
}

describe("what AWS answers instead of a cluster", () => {
  for (const [error, code] of [
    [named("CredentialsProviderError"), "AWS_CREDENTIALS"],
    [named("UnrecognizedClientException"), "AWS_CREDENTIALS"],
    [named("ExpiredTokenException"), "AWS_CREDENTIALS"],
    [named("AccessDeniedException"), "AWS_DENIED"],
    [named("Error", "getaddrinfo ENOTFOUND eks.eu-nowhere-1.amazonaws.com", "ENOTFOUND"), "CLUSTER_UNREACHABLE"],
    [named("ThrottlingException"), "CLUSTER_UNREACHABLE"],
    [named("InternalFailure"), "CLUSTER_UNREACHABLE"],
  ] as const) {
    it(`is ${code} for ${error.name}, and says which cluster was asked for`, () => {
      const failed = awsFailure("eu", target, error);
      assert.equal(failed.code, code);
      assert.match(failed.message, /"dev-eu" in eu-central-1, which is the cluster "eu"/);
    });
  }

  it("says what is wrong with credentials: none of a profile, expired, or with a line break", () => {
    const said = (error: Error): string => awsFailure("eu", target, error).message;
    assert.match(
      said(named("CredentialsProviderError", "Profile nobody could not be found.")),
      /Profile nobody could not/,
    );
    assert.doesNotMatch(said(named("CredentialsProviderError", "no file /home/ada/.aws/config")), /home/);
    assert.match(said(named("ExpiredTokenException")), /have expired[\s\S]*fix: Get new ones/);
    const broken = named("TypeError", 'Invalid character in header content ["authorization"]', "ERR_INVALID_CHAR");
    assert.match(said(broken), /AWS_CREDENTIALS .* such as a line break/);
    assert.match(said(named("TypeError", "Invalid URL", "ERR_INVALID_URL")), /AWS_ENDPOINT_URL, .* holds no URL/);
  });

  it("names the region where its host name is unknown", () => {
    const failed = awsFailure("eu", target, named("Error", "", "ENOTFOUND"));
    assert.match(failed.message, /host name is unknown[\s\S]*a region "eu-central-1"/);
  });

  it("tells a cluster that is not there from one that is not ready", () => {
    assert.equal(unknownCluster("eu", target).code, "EKS_CLUSTER_UNKNOWN");
    assert.match(notReady("eu", target, "CREATING").message, /Run the command again when it is ACTIVE/);
    assert.doesNotMatch(notReady("eu", target, "FAILED").message, /Run the command again/);
  });
});
