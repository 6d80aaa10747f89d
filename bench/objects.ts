import { stringify } from "yaml";
import type { KubernetesObject } from "../core/manifest/manifest.ts";

/** How much a benchmark run creates. */
export interface Scale {
  /** Objects in all, tenants' own not counted. */
  readonly objects: number;
  readonly applications: number;
}

/** Objects as one file that the peers read as we do: to them, who read YAML 1.1, a bare `yes` is no text. */
export function manifestText(objects: readonly object[]): string {
  return objects.map((object) => stringify(object, { version: "1.1" })).join("---\n");
}

/** Name of the n-th application, from 0. */
export function applicationName(index: number): string {
  return `app-${String(index).padStart(4, "0")}`;
}

/**
 * Objects of one application in the usual mix: a Deployment of one pod, Service, ServiceAccount, ConfigMap, Secret; more
 * ConfigMaps where the scale asks for more than five each.
 */
export function applicationObjects(scale: Scale, index: number, namespace: string): readonly KubernetesObject[] {
  const share = Math.floor(scale.objects / scale.applications) + (index < scale.objects % scale.applications ? 1 : 0);
  const name = applicationName(index);
  const labels = { "app.kubernetes.io/name": name };
  const metadata = { name, namespace, labels };
  const objects: KubernetesObject[] = [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec(name) } },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { LOG_LEVEL: "info", APPLICATION: name } },
    { apiVersion: "v1", kind: "Secret", metadata, stringData: { token: `not-a-secret-${index}` } },
  ];
  for (let extra = objects.length; extra < share; extra++) {
    const extraMetadata = { ...metadata, name: `${name}-${extra}` };
    objects.push({ apiVersion: "v1", kind: "ConfigMap", metadata: extraMetadata, data: { NUMBER: String(extra) } });
  }
  return objects.slice(0, share);
}

/** A pod that every rule of the policy pack lets pass. */
export function podSpec(serviceAccountName: string) {
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "main",
        image: "registry.example.com/bench/main:1.0.0",
        ports: [{ name: "http", containerPort: 8080 }],
        resources: { requests: { cpu: "1m", memory: "1Mi" }, limits: { cpu: "10m", memory: "16Mi" } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  };
}
