import process from "node:process";
import { status } from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { stopChildren } from "./child.ts";
import { runPolicyPack } from "./policy-pack.ts";
import { runProgram } from "./program.ts";

type Answered =
  | "about"
  | "cancel"
  | "getPluginInfo"
  | "getProgramDependencies"
  | "getRequiredPackages"
  | "getRequiredPlugins"
  | "handshake"
  | "installDependencies"
  | "run"
  | "runPlugin"
  | "runtimeOptionsPrompts";

/** The calls that the stand-in answers; gRPC answers the others with "unimplemented". */
export function languageRuntime(
  engine: string,
  env: Readonly<Record<string, string | undefined>>,
): Pick<ILanguageRuntimeServer, Answered> {
  let address = engine;
  return {
    handshake: (call, answer) => {
      address = call.request.getEngineAddress() || address;
      answer(null, new language.LanguageHandshakeResponse());
    },
    getPluginInfo: (_call, answer) => answer(null, new plugin.PluginInfo()),
    about: (_call, answer) => {
      const response = new language.AboutResponse();
      response.setExecutable(process.execPath);
      response.setVersion(process.version);
      answer(null, response);
    },

    // The engine loads providers when the first resource asks for them; nothing has to be named before.
    getRequiredPackages: (_call, answer) => answer(null, new language.GetRequiredPackagesResponse()),
    getRequiredPlugins: (_call, answer) => answer(null, new language.GetRequiredPluginsResponse()),
    getProgramDependencies: (_call, answer) => answer(null, new language.GetProgramDependenciesResponse()),
    runtimeOptionsPrompts: (_call, answer) => answer(null, new language.RuntimeOptionsResponse()),
    // Dependencies are there: bin/ installs them before anything starts.
    installDependencies: (call) => call.end(),

    run: (call, answer) => {
      runProgram(call.request, address, env).then(
        (response) => answer(null, response),
        (error: unknown) => answer({ code: status.INTERNAL, details: String(error) }),
      );
    },
    runPlugin: (call) => {
      const kind = call.request.getKind();
      if (kind !== "analyzer") {
        const details = `the stand-in language host runs policy packs, not plugins of kind "${kind}"`;
        call.emit("error", { code: status.UNIMPLEMENTED, details });
        return;
      }
      runPolicyPack(call, address).catch((error: unknown) => {
        call.emit("error", { code: status.INTERNAL, details: String(error) });
      });
    },
    // The request and the answer are the same empty message.
    cancel: (call, answer) => {
      stopChildren("SIGTERM");
      answer(null, call.request);
    },
  };
}
