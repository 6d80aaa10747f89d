import language from "@pulumi/pulumi/proto/language_pb.js";
import type { RunPluginRequest, RunPluginResponse } from "@pulumi/pulumi/proto/language_pb.js";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { runScript } from "./child.ts";

type Call = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

/** Runs a policy pack until the engine has had enough of it, and streams what it writes; its port is in the first line. */
export async function runPolicyPack(call: Call, engine: string): Promise<void> {
  const { request } = call;
  const pack = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const { child, ended } = runScript({
    module: "@pulumi/pulumi/cmd/run-policy-pack",
    folder: pack,
    cwd: pack,
    args: [request.getArgsList()[0] ?? engine, pack],
    env: Object.fromEntries(request.getEnvList().map(splitVariable)),
    output: (stream, data) => {
      const response = new language.RunPluginResponse();
      if (stream === "stdout") response.setStdout(data);
      else response.setStderr(data);
      call.write(response);
    },
  });
  call.once("cancelled", () => child.kill("SIGKILL"));
  const code = await ended;
  if (call.cancelled) return;
  const response = new language.RunPluginResponse();
  response.setExitcode(code ?? 1);
  call.write(response);
  call.end();
}

function splitVariable(variable: string): [string, string] {
  const end = variable.indexOf("=");
  return [variable.slice(0, end), variable.slice(end + 1)];
}
