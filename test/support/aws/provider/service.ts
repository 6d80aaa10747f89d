import { isDeepStrictEqual } from "node:util";
import { status, type sendUnaryData } from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import structs, { type Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { isJsonObject } from "../../../../core/manifest/json.ts";
import { functions, kinds } from "./registry.ts";
import type { Kind } from "./kind.ts";
import { textIf, unknown, type Props } from "./props.ts";

type Answered =
  | "attach"
  | "cancel"
  | "check"
  | "checkConfig"
  | "configure"
  | "create"
  | "delete"
  | "diff"
  | "diffConfig"
  | "getPluginInfo"
  | "invoke"
  | "read"
  | "update";

/** The calls that the stand-in answers; gRPC answers the others with "unimplemented". */
export function resourceProvider(): Pick<IResourceProviderServer, Answered> {
  let configured = process.env["AWS_REGION"] ?? "us-east-1";
  const regionOf = (props: Props): string => textIf(props, "region") ?? configured;
  return {
    attach: (_call, answer) => answer(null, new empty.Empty()),
    cancel: (_call, answer) => answer(null, new empty.Empty()),
    getPluginInfo: (_call, answer) => {
      const info = new plugin.PluginInfo();
      info.setVersion("7.0.0");
      answer(null, info);
    },
    checkConfig: (call, answer) => answer(null, checked(propsOf(call.request.getNews()))),
    diffConfig: (call, answer) => {
      const response = new provider.DiffResponse();
      const [news, olds] = [propsOf(call.request.getNews()), propsOf(call.request.getOlds())];
      const same = isDeepStrictEqual(news["region"], olds["region"]);
      const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
      response.setChanges(same ? DIFF_NONE : DIFF_SOME);
      response.setReplacesList(same ? [] : ["region"]);
      answer(null, response);
    },
    configure: (call, answer) => {
      configured = textIf(propsOf(call.request.getArgs()), "region") ?? configured;
      const response = new provider.ConfigureResponse();
      response.setSupportspreview(true);
      answer(null, response);
    },
    check: (call, answer) =>
      respond(answer, () => {
        const [kind, type] = kindOf(call.request.getUrn());
        const news = propsOf(call.request.getNews());
        const foreign = Object.keys(news).filter((name) => !kind.inputs.includes(name) && !common.has(name));
        if (foreign.length > 0) throw new Error(`the stand-in does not know ${foreign.join(", ")} of ${type}`);
        const { named } = kind;
        if (named === undefined || news[named] !== undefined) return checked(news);
        const name = call.request.getUrn().split("::").at(-1) ?? "";
        return checked({ ...news, [named]: `${name.replaceAll(/[^\w-]/g, "-")}-1` });
      }),
    diff: (call, answer) =>
      respond(answer, () => {
        const { request } = call;
        const [kind] = kindOf(request.getUrn());
        const [news, olds] = [propsOf(request.getNews()), propsOf(request.getOldInputs())];
        const changed = [...new Set([...Object.keys(news), ...Object.keys(olds)])].filter(
          (name) => !name.startsWith("__") && !isDeepStrictEqual(news[name], olds[name]),
        );
        const response = new provider.DiffResponse();
        const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
        response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
        response.setDiffsList(changed);
        const replaces = changed.filter((name) => kind.replaces.includes(name) || kind.update === undefined);
        response.setReplacesList(replaces);
        response.setDeletebeforereplace(replaces.length > 0 && kind.unique === true);
        return response;
      }),
    create: (call, answer) =>
      respond(answer, async () => {
        const [kind] = kindOf(call.request.getUrn());
        const inputs = propsOf(call.request.getProperties());
        const response = new provider.CreateResponse();
        if (call.request.getPreview()) {
          response.setProperties(struct({ ...inputs, ...unknowns(kind.outputs) }));
          return response;
        }
        const region = regionOf(inputs);
        const id = await kind.create(inputs, region);
        response.setId(id);
        response.setProperties(struct({ ...inputs, ...(await kind.read(id, inputs, region)) }));
        return response;
      }),
    read: (call, answer) =>
      respond(answer, async () => {
        const [kind] = kindOf(call.request.getUrn());
        const [state, inputs] = [propsOf(call.request.getProperties()), propsOf(call.request.getInputs())];
        const live = await kind.read(call.request.getId(), state, regionOf(state));
        const response = new provider.ReadResponse();
        if (live === undefined) return response;
        response.setId(call.request.getId());
        response.setProperties(struct({ ...state, ...live }));
        response.setInputs(struct(asLive(inputs, live)));
        return response;
      }),
    update: (call, answer) =>
      respond(answer, async () => {
        const { request } = call;
        const [kind] = kindOf(request.getUrn());
        const [olds, news] = [propsOf(request.getOlds()), propsOf(request.getNews())];
        const response = new provider.UpdateResponse();
        const region = regionOf(news);
        if (!request.getPreview()) await kind.update?.(request.getId(), news, propsOf(request.getOldInputs()), region);
        const live = request.getPreview()
          ? unknowns(kind.changing)
          : await kind.read(request.getId(), { ...olds, ...news }, region);
        response.setProperties(struct({ ...olds, ...news, ...live }));
        return response;
      }),
    delete: (call, answer) =>
      respond(answer, async () => {
        const [kind] = kindOf(call.request.getUrn());
        const state = propsOf(call.request.getProperties());
        await kind.remove(call.request.getId(), state, regionOf(state));
        return new empty.Empty();
      }),
    invoke: (call, answer) =>
      respond(answer, async () => {
        const name = call.request.getTok();
        const invoke = functions[name];
        if (invoke === undefined) throw new Error(`the stand-in does not know the function ${name}`);
        const args = propsOf(call.request.getArgs());
        const response = new provider.InvokeResponse();
        response.setReturn(struct(await invoke(args, regionOf(args))));
        return response;
      }),
  };
}

/** Inputs as AWS has them now: with nothing in them that nobody asked for. */
function asLive(inputs: Props, live: Props): Props {
  const entries = Object.entries(inputs).map(([name, value]) => {
    const now = live[name];
    if (now === undefined) return [name, value] as const;
    return [name, isJsonObject(value) && isJsonObject(now) ? asLive(value, now) : now] as const;
  });
  return Object.fromEntries(entries);
}

function unknowns(names: readonly string[] = []): Props {
  return Object.fromEntries(names.map((name) => [name, unknown]));
}

/** What the engine and the provider's SDK add to any resource. */
const common: ReadonlySet<string> = new Set(["region", "__defaults"]);

function kindOf(urn: string): readonly [Kind, string] {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const kind = kinds[type];
  if (kind === undefined) throw new Error(`the stand-in does not know resources of type ${type}`);
  return [kind, type];
}

/** What the engine sends is JSON; secrets and outputs come plain, because `configure` asks for neither. */
function propsOf(from: Struct | undefined): Props {
  return from?.toJavaScript() ?? {};
}

function struct(props: Props): Struct {
  // Values that are undefined cannot be sent.
  return structs.Struct.fromJavaScript(
    JSON.parse(JSON.stringify(props)) as Parameters<typeof structs.Struct.fromJavaScript>[0],
  );
}

function checked(inputs: Props): InstanceType<typeof provider.CheckResponse> {
  const response = new provider.CheckResponse();
  response.setInputs(struct(inputs));
  return response;
}

function respond<Response>(answer: sendUnaryData<Response>, work: () => Response | Promise<Response>): void {
  Promise.resolve()
    .then(work)
    .then(
      (response) => answer(null, response),
      (error: unknown) =>
        answer({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
    );
}
