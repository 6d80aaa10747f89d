import language from "@pulumi/pulumi/proto/language_pb.js";
import type { RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb.js";
import { runScript } from "./child.ts";

/** Exit code of a program that has told the engine already why it failed. */
const alreadyReported = 32;

/** Runs a Pulumi program to its end. */
export async function runProgram(
  request: RunRequest,
  engine: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunResponse> {
  const info = request.getInfo();
  const { ended } = runScript({
    module: "@pulumi/pulumi/cmd/run",
    folder: info?.getProgramDirectory() ?? request.getPwd(),
    cwd: request.getPwd(),
    nodeArgs: nodeArgsOf(info?.getOptions()?.toJavaScript()),
    args: argumentsOf(request, engine),
    env: {
      ...env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
    output: "inherit",
  });
  const code = await ended;
  const response = new language.RunResponse();
  response.setBail(code === alreadyReported);
  if (code === undefined) response.setError("the program was killed");
  else if (code !== 0 && code !== alreadyReported) response.setError(`the program ended with exit code ${code}`);
  return response;
}

function argumentsOf(request: RunRequest, engine: string): readonly string[] {
  const root = request.getInfo()?.getRootDirectory();
  return [
    ...["--monitor", request.getMonitorAddress(), "--engine", engine],
    ...["--organization", request.getOrganization(), "--project", request.getProject(), "--stack", request.getStack()],
    ...["--pwd", request.getPwd(), "--parallel", String(request.getParallel())],
    ...(root === undefined || root === "" ? [] : ["--root-directory", root]),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getInfo()?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

/** `runtime.options.nodeargs` of Pulumi.yaml. */
function nodeArgsOf(options: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const value = options?.["nodeargs"];
  return typeof value === "string" ? value.split(" ").filter((argument) => argument !== "") : [];
}
