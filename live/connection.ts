import { Agent, type RequestOptions } from "node:https";
import type { KubeconfigContext } from "../core/cluster/kubeconfig-files.ts";
import { impersonating } from "../core/cluster/impersonate.ts";
import { resolveKubeconfig } from "../core/cluster/kubeconfig.ts";
import { eksTarget } from "../core/eks/address.ts";
import { lostFinding, wrongPlace } from "../core/eks/lost.ts";
import { DriftlessError } from "../core/errors/error.ts";
import { isMade } from "../core/safety/cluster-parts.ts";
import type { ClusterSpec, EksClusterSpec } from "../core/environment/spec.ts";
import { plainCredentials } from "./plain-credentials.ts";
import { unreachable } from "./unreachable.ts";

/** Where kubeconfigs are on this machine, and as whom calls are made. */
export interface AccessContext extends KubeconfigContext {
  /** A user name of RBAC to take on. Default: the identity of the kubeconfig. */
  readonly as?: string | undefined;
}

/** Where an API server is and how to be let in. */
export interface Connection {
  readonly server: URL;
  /** How calls are sent. */
  readonly call: RequestOptions;
  /** How watches are sent: each holds its connection for minutes. */
  readonly watch: RequestOptions;
  /** The same with credentials that are valid now: those of a plugin end after some minutes. */
  renew(): Promise<Connection>;
}

/**
 * Asks nothing of the cluster yet; where it is on EKS, AWS. Throws KUBECONFIG_INVALID, CLUSTER_UNREACHABLE for a local
 * cluster that is down, and what `eksSession` does.
 */
export async function openConnection(name: string, spec: ClusterSpec, context: AccessContext): Promise<Connection> {
  if ("eks" in spec) return openEks(name, spec, context);
  const { content: own, server } = await resolveKubeconfig(name, spec, context);
  const content = context.as === undefined ? own : impersonating(own, context.as);
  const plain = plainCredentials(content);
  if (plain !== undefined) {
    // A token in a file is exchanged for a new one from time to time.
    const renew = (): Promise<Connection> => openConnection(name, spec, context);
    return { server: new URL(server), call: keepAlive(plain), watch: plain, renew };
  }
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromString(content);
  const connect = async (): Promise<Connection> => {
    const options: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (cause) {
      throw unreachable(name, spec, "its credentials could not be obtained", cause);
    }
    return { server: new URL(server), call: keepAlive(options), watch: options, renew: connect };
  };
  return connect();
}

/** With what AWS says about the cluster, and a token that EKS takes for some minutes. */
async function openEks(name: string, spec: EksClusterSpec, context: AccessContext, fresh = false): Promise<Connection> {
  // Loading AWS's library takes as long as a whole scan of a small cluster.
  const { eksSession } = await import("./eks/session.ts");
  const target = eksTarget(spec);
  const { address, content: own } = await eksSession(name, target, context.env, fresh).catch((error: unknown) => {
    const made = isMade(spec) ? context.heldEks?.get(target.name) : undefined;
    if (made === undefined || !(error instanceof DriftlessError) || error.code !== "EKS_CLUSTER_UNKNOWN") throw error;
    throw new DriftlessError([wrongPlace(name, target, made, undefined) ?? lostFinding(name, target)], {
      cause: error,
    });
  });
  const content = context.as === undefined ? own : impersonating(own, context.as);
  const plain = plainCredentials(content);
  if (plain === undefined) throw unreachable(name, spec, "its address is not one of HTTPS");
  const renew = (): Promise<Connection> => openEks(name, spec, context, true);
  return { server: new URL(address.endpoint), call: keepAlive(plain), watch: plain, renew };
}

/** Proxies bring agents of their own, which are left alone. */
function keepAlive(options: RequestOptions): RequestOptions {
  const { agent } = options;
  if (!(agent instanceof Agent) || Object.getPrototypeOf(agent) !== Agent.prototype) return options;
  return { ...options, agent: new Agent({ ...agent.options, keepAlive: true }) };
}
