import fc from "fast-check";
import { plainJson } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";

/** A pod that a test made up: what its template holds. */
export interface MadePod {
  readonly annotations: JsonObject;
  readonly spec: JsonObject;
}

type Part = fc.Arbitrary<JsonObject>;

const none: Part = fc.constant({});

/** Members that are there or not. */
function some(members: Record<string, fc.Arbitrary<JsonObject[string]>>): Part {
  return fc.record(members, { requiredKeys: [] }).map(plainJson);
}

/** Most often nothing, so that a pod has few faults and each of them is found alone too. */
function seldom(part: Part): Part {
  return fc.oneof({ weight: 7, arbitrary: none }, { weight: 1, arbitrary: part });
}

const profileType = fc.constantFrom<JsonObject>(
  { type: "RuntimeDefault" },
  { type: "Unconfined" },
  { type: "Localhost", localhostProfile: "web.json" },
);
const seLinux = some({
  type: fc.constantFrom("container_t", "container_engine_t", "container_init_t", "spc_t", "sysadm_t"),
  user: fc.constantFrom("system_u", ""),
  role: fc.constantFrom("system_r", ""),
  level: fc.constant("s0:c1,c2"),
});
const capability = fc.constantFrom("CHOWN", "KILL", "NET_BIND_SERVICE", "NET_RAW", "SYS_ADMIN", "SYS_TIME", "ALL");
const capabilities = some({
  add: fc.uniqueArray(capability, { maxLength: 2 }),
  drop: fc.uniqueArray(capability, { minLength: 1, maxLength: 2 }),
});

const both = {
  runAsNonRoot: fc.boolean(),
  runAsUser: fc.constantFrom(0, 1000),
  seccompProfile: profileType,
  appArmorProfile: profileType,
  seLinuxOptions: seLinux,
};

const ofContainer = some({
  ...both,
  privileged: fc.boolean(),
  allowPrivilegeEscalation: fc.boolean(),
  capabilities,
  procMount: fc.constantFrom("Default", "Unmasked"),
});

const good: JsonObject = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

/** The good context with changes, or one that is made up. */
const context = fc.oneof(
  { weight: 6, arbitrary: fc.constant(good) },
  { weight: 1, arbitrary: ofContainer.map((changes) => ({ ...good, ...changes })) },
  { weight: 1, arbitrary: ofContainer },
);

const host = fc.constantFrom("", "127.0.0.1", "example.com");
const handler = fc.oneof<Part[]>(
  some({ host }).map((rest) => ({ httpGet: { port: 80, ...rest } })),
  some({ host }).map((rest) => ({ tcpSocket: { port: 80, ...rest } })),
);
const probes = seldom(
  some({
    livenessProbe: handler,
    readinessProbe: handler,
    startupProbe: handler,
    lifecycle: some({ postStart: handler, preStop: handler }),
  }),
);
const ports = seldom(
  some({
    ports: fc
      .constantFrom<JsonObject[]>({ containerPort: 80 }, { containerPort: 80, hostPort: 80 })
      .map((port) => [port]),
  }),
);

function container(name: string): Part {
  return fc.record({ context: fc.option(context, { freq: 8 }), probes, ports }).map((parts) => ({
    ...{ name, image: "example.com/web:1" },
    ...parts.probes,
    ...parts.ports,
    ...(parts.context === null ? {} : { securityContext: parts.context }),
  }));
}

const reference = { name: "things" };
const sources: readonly JsonObject[] = [
  ...[{ configMap: reference }, { secret: { secretName: "things" } }, { emptyDir: {} }, { projected: { sources: [] } }],
  ...[{ downwardAPI: { items: [] } }, { persistentVolumeClaim: { claimName: "things" } }],
  ...[{ csi: { driver: "example.com" } }, { image: { reference: "example.com/data:1" } }],
  {
    ephemeral: {
      volumeClaimTemplate: {
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      },
    },
  },
  ...[{ hostPath: { path: "/var/log" } }, { nfs: { server: "example.com", path: "/" } }],
  ...[{ iscsi: { targetPortal: "10.0.0.1:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0 } }],
  ...[{ awsElasticBlockStore: { volumeID: "a" } }, { gcePersistentDisk: { pdName: "a" } }],
  ...[
    { azureDisk: { diskName: "a", diskURI: "/subscriptions/a" } },
    { azureFile: { secretName: "a", shareName: "a" } },
  ],
  ...[{ cephfs: { monitors: ["a"] } }, { cinder: { volumeID: "a" } }, { fc: { targetWWNs: ["a"], lun: 0 } }],
  ...[{ flexVolume: { driver: "example.com/a" } }, { flocker: { datasetName: "a" } }],
  ...[{ glusterfs: { endpoints: "a", path: "a" } }, { photonPersistentDisk: { pdID: "a" } }],
  ...[{ portworxVolume: { volumeID: "a" } }, { quobyte: { registry: "a:1", volume: "a" } }],
  ...[{ rbd: { monitors: ["a"], image: "a" } }, { storageos: { volumeName: "a" } }],
  ...[{ scaleIO: { gateway: "a", system: "a", volumeName: "a", secretRef: reference } }],
  ...[{ vsphereVolume: { volumePath: "a" } }, { gitRepo: { repository: "https://example.com/a.git" } }],
];
const volumes = seldom(
  fc
    .uniqueArray(fc.nat(sources.length - 1), { minLength: 1, maxLength: 2 })
    .map((picked) => ({ volumes: picked.map((at) => ({ name: `volume-${at}`, ...sources[at] })) })),
);

const sysctl = fc.constantFrom(
  ...["kernel.shm_rmid_forced", "net.ipv4.tcp_syncookies", "net.ipv4.ip_local_reserved_ports"],
  ...["net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_rmem", "kernel.msgmax", "net.core.somaxconn"],
);
const sysctls = fc
  .uniqueArray(sysctl, { minLength: 1, maxLength: 2 })
  .map((names) => names.map((name) => ({ name, value: "1" })));

const annotations = seldom(
  some({
    "container.apparmor.security.beta.kubernetes.io/web": fc.constantFrom(
      "runtime/default",
      "localhost/a",
      "unconfined",
    ),
    "seccomp.security.alpha.kubernetes.io/pod": fc.constantFrom("runtime/default", "docker/default", "unconfined"),
    "container.seccomp.security.alpha.kubernetes.io/web": fc.constantFrom("localhost/a", "unconfined"),
    "container.seccomp.security.alpha.kubernetes.io/gone": fc.constant("unconfined"),
    "example.com/owner": fc.constant("team"),
  }),
);

const hosts = seldom(some({ hostNetwork: fc.boolean(), hostPID: fc.boolean(), hostIPC: fc.boolean() }));

/** A pod for Linux with any mixture of what the standards speak of. What an API server refuses anyway is among it. */
export const anyPod: fc.Arbitrary<MadePod> = fc
  .record({
    annotations,
    hosts,
    volumes,
    users: seldom(some({ hostUsers: fc.boolean() })),
    os: seldom(some({ os: fc.constantFrom<JsonObject[]>({ name: "linux" }, { name: "windows" }) })),
    own: seldom(some({ ...both, sysctls, windowsOptions: some({ hostProcess: fc.boolean() }) })),
    web: container("web"),
    init: fc.option(container("init")),
    debug: fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: container("debug") }),
    windows: seldom(some({ windowsOptions: some({ hostProcess: fc.boolean() }) })),
  })
  .map(({ web, init, debug, own, annotations, windows, ...parts }) => ({
    annotations,
    spec: {
      ...{ ...parts.hosts, ...parts.volumes, ...parts.users, ...parts.os },
      containers: [web, { name: "side", image: "example.com/side:1", securityContext: { ...good, ...windows } }],
      ...(init === null ? {} : { initContainers: [init] }),
      ...(debug === null ? {} : { ephemeralContainers: [debug] }),
      ...(Object.keys(own).length === 0 ? {} : { securityContext: own }),
    },
  }));
