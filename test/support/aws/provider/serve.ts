/**
 * Test code: a stand-in for the `aws` provider of Pulumi, which cannot be built from what package registries serve. It
 * carries out the kinds of resource that EKS clusters are made of, with AWS's own library, against whatever
 * `AWS_ENDPOINT_URL` names: moto in the tests.
 *
 * What it does not do: it waits for nothing, because moto is done at once; it checks no value, fills in no default and knows
 * no other kind, input or function, which are errors. That the real provider takes what our components give it is checked
 * by the types of `@pulumi/aws` alone.
 */
import process from "node:process";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { endWithParent } from "../../../../toolchain/language-host/end-with-parent.ts";
import { resourceProvider } from "./service.ts";

if (!process.env["AWS_ENDPOINT_URL"]?.startsWith("http://127.0.0.1:")) {
  throw new Error("the stand-in for the aws provider works against moto on 127.0.0.1 only: AWS_ENDPOINT_URL");
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
endWithParent();

const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(services.ResourceProviderService, resourceProvider());
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
