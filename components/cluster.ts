import { Provider } from "@pulumi/kubernetes/provider.js";
import { ComponentResource, secret, type ComponentResourceOptions, type Input } from "@pulumi/pulumi";
import { componentTypes } from "../core/plan/identity.ts";

/** How to reach one cluster that exists. */
export interface ClusterArgs {
  /** Name of the environment: a cluster is known to the state as `<environment>/<name>`. */
  readonly environment: string;
  /** Content of a kubeconfig; treated as a secret. */
  readonly kubeconfig: Input<string>;
  /** Context of the kubeconfig to use. */
  readonly context: Input<string>;
}

/** One cluster of an environment, and the only way in which the program reaches it. */
export class Cluster extends ComponentResource {
  readonly provider: Provider;

  constructor(name: string, args: ClusterArgs, options?: ComponentResourceOptions) {
    super(componentTypes.cluster, name, {}, options);
    this.provider = new Provider(
      `${name}-provider`,
      {
        kubeconfig: secret(args.kubeconfig),
        context: args.context,
        // The cluster is its name: new credentials or a new address never replace what runs on it.
        clusterIdentifier: `${args.environment}/${name}`,
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
      { parent: this },
    );
    this.registerOutputs({});
  }
}
