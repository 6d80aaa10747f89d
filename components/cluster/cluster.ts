import { Provider } from "@pulumi/kubernetes/provider.js";
import {
  ComponentResource,
  output,
  secret,
  type ComponentResourceOptions,
  type Input,
  type Resource,
  type ResourceHookBinding,
} from "@pulumi/pulumi";
import { impersonating } from "../../core/cluster/impersonate.ts";
import { tenantProviderName } from "../../core/plan/acting.ts";
import { componentTypes } from "../../core/plan/identity.ts";

/** How to reach a cluster. */
export interface ClusterAccess {
  /** Content of a kubeconfig; treated as a secret. */
  readonly kubeconfig: Input<string>;
  /** Context of the kubeconfig to use. */
  readonly context: Input<string>;
  /** What there must be before anything is put on it. Default: nothing. */
  readonly ready?: readonly Resource[];
}

/** Creates a cluster below its component, with what is asked before a part of it goes, and says how to reach it. */
export type CreateCluster = (parent: Resource, hooks: ResourceHookBinding) => ClusterAccess;

/** One cluster, and which environment it is of. */
export interface ClusterArgs {
  /** Name of the environment: a cluster is known to the state as `<environment>/<name>`. */
  readonly environment: string;
  /** The way to a cluster that exists, or what makes one. */
  readonly access: ClusterAccess | CreateCluster;
  /** Asked before a part of one that is made is deleted. Default: nobody. */
  readonly partHooks?: ResourceHookBinding;
  /** Which cluster it is: see core/cluster/identity.ts. Undefined if that is not known. */
  readonly uid?: string | undefined;
}

/** One cluster of an environment, and the only ways in which the program reaches it. */
export class Cluster extends ComponentResource {
  /** With the environment's own credentials. */
  readonly provider: Provider;
  readonly #name: string;
  readonly #environment: string;
  readonly #access: ClusterAccess;

  constructor(name: string, args: ClusterArgs, options?: ComponentResourceOptions) {
    super(componentTypes.cluster, name, {}, options);
    this.#name = name;
    this.#environment = args.environment;
    this.#access = typeof args.access === "function" ? args.access(this, args.partHooks ?? {}) : args.access;
    this.provider = this.#createProvider(`${name}-provider`, this.#access.kubeconfig);
    this.registerOutputs(args.uid === undefined ? {} : { uid: args.uid });
  }

  /**
   * A provider of its own for a tenant. It has the same cluster identifier as the other, so that objects may go from one
   * to the other and stay.
   * @param user Whom it acts as: a user name of RBAC.
   * @param hooks Called before it goes.
   */
  providerFor(tenant: string, user: string, hooks: ResourceHookBinding): Provider {
    const kubeconfig = output(this.#access.kubeconfig).apply((content) => impersonating(content, user));
    return this.#createProvider(tenantProviderName(this.#name, tenant), kubeconfig, hooks);
  }

  #createProvider(name: string, kubeconfig: Input<string>, hooks: ResourceHookBinding = {}): Provider {
    const { context, ready = [] } = this.#access;
    return new Provider(
      name,
      {
        kubeconfig: secret(kubeconfig),
        context,
        // The cluster is its name: new credentials or a new address never replace what runs on it.
        clusterIdentifier: `${this.#environment}/${this.#name}`,
        // At the client's default of 50 a second a refresh of 1,000 objects takes four times as long.
        kubeClientSettings: { qps: 2000, burst: 4000 },
        enableServerSideApply: true,
        // Adopt what exists: after a lost state, or an update that was killed between the cluster and the state.
        upsertExistingObjects: true,
        enableConfigMapMutable: true,
        enableSecretMutable: true,
        // Given so that no environment variable can set them: an unreachable cluster is never "deleted".
        deleteUnreachable: false,
        skipUpdateUnreachable: false,
        suppressDeprecationWarnings: false,
        suppressHelmHookWarnings: true,
      },
      { parent: this, hooks, dependsOn: [...ready] },
    );
  }
}
