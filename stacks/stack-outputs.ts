import { getOrganization, getProject, runtime } from "@pulumi/pulumi";
import { wholeStackName } from "../core/cluster/stack-name.ts";
import { failure } from "../core/errors/error.ts";
import { record } from "../core/manifest/json.ts";
import type { Json, JsonObject } from "../core/manifest/manifest.ts";

/**
 * Outputs of a stack of the same backend as its last update left them, decrypted; of the program's own stack, too. No
 * resource stands for it, so the state holds no copy.
 * @param name `stack`, `project/stack` or `organization/project/stack`.
 * @throws {DriftlessError} STATE_UNAVAILABLE
 */
export async function stackOutputs(name: string): Promise<JsonObject> {
  const whole = wholeStackName(name, [getOrganization(), getProject()]);
  try {
    // Outputs are JSON: what a state holds.
    const answer = (await runtime.invoke("pulumi:pulumi:readStackOutputs", { name: whole })) as Json;
    return record(record(answer)["outputs"]);
  } catch (error) {
    const [why = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw failure(
      "STATE_UNAVAILABLE",
      `The outputs of the stack "${name}" cannot be read: ${why}`,
      "Check that there is such a stack and that its backend answers, then run it again.",
      { cause: error },
    );
  }
}
