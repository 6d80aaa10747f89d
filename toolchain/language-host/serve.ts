/**
 * A stand-in for Pulumi's Node.js language host, for machines that had to build their own CLI: the Go module of the
 * official host cannot be fetched where the official download cannot. It does what the engine asks of a host to run
 * TypeScript programs and policy packs, and nothing else (no code generation, no dependency installation). It is never
 * used where the official host is installed.
 *
 * The engine starts it as `pulumi-language-nodejs <engine address>` and reads the port from the first line it prints.
 */
import process from "node:process";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { stopChildren } from "./child.ts";
import { endWithParent } from "./end-with-parent.ts";
import { languageRuntime } from "./service.ts";

/** Results of a large program do not fit into gRPC's default of 4 MiB. */
const maxMessageBytes = 400 * 1024 * 1024;

endWithParent(() => stopChildren("SIGKILL"));
process.on("exit", () => stopChildren("SIGKILL"));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));

const engine = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const server = new Server({
  "grpc.max_receive_message_length": maxMessageBytes,
  "grpc.max_send_message_length": maxMessageBytes,
});
server.addService(services.LanguageRuntimeService, languageRuntime(engine ?? "", process.env));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
