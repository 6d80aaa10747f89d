import { context, secured, threeRoles, web, type Case } from "./case.ts";

const appArmor = "container.apparmor.security.beta.kubernetes.io/web";
const seccomp = "seccomp.security.alpha.kubernetes.io/pod";
const containerSeccomp = "container.seccomp.security.alpha.kubernetes.io/";
const defaults = ["CHOWN", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SYS_CHROOT", "AUDIT_WRITE"];

function sysctls(...names: readonly string[]): Case["spec"] {
  return secured({}, { sysctls: names.map((name) => ({ name, value: "1" })) });
}

/** Pods for every control of the baseline profile. */
export const baselineCases = {
  "app-armor-profile": [
    { title: "that says nothing", spec: web({}), found: [] },
    { title: "with null for a profile", spec: secured({ appArmorProfile: null }), found: [] },
    {
      title: "with allowed profiles",
      spec: secured({ appArmorProfile: { type: "Localhost" } }, { appArmorProfile: { type: "RuntimeDefault" } }),
      found: [],
    },
    {
      title: "without confinement",
      spec: secured({ appArmorProfile: { type: "Unconfined" } }, { appArmorProfile: { type: "Unconfined" } }),
      found: [
        'spec.securityContext.appArmorProfile.type: the pod has an AppArmor profile of the type "Unconfined"',
        `${context}.appArmorProfile.type: container "web" has an AppArmor profile of the type "Unconfined"`,
      ],
    },
    {
      title: "with a profile of no type",
      spec: secured({ appArmorProfile: {} }),
      found: [`${context}.appArmorProfile.type: container "web" has an AppArmor profile of the type null`],
    },
    ...["runtime/default", "localhost/web", ""].map((profile) => ({
      title: `with the annotation "${profile}"`,
      spec: web({}),
      annotations: { [appArmor]: profile },
      found: [],
    })),
    {
      title: "with a forbidden annotation, for a container that it does not have too",
      spec: web({}),
      annotations: { [`${appArmor}s`]: "unconfined", "example.com/web": "unconfined" },
      found: [
        `metadata.annotations["${appArmor}s"]: an annotation gives container "webs" the AppArmor profile "unconfined"`,
      ],
    },
  ],
  "capabilities-baseline": [
    { title: "that drops some", spec: secured({ capabilities: { drop: ["SYS_ADMIN"] } }), found: [] },
    { title: "that adds what runtimes give", spec: secured({ capabilities: { add: defaults } }), found: [] },
    { title: "that adds nothing", spec: secured({ capabilities: { add: null } }), found: [] },
    ...["NET_RAW", "SYS_ADMIN", "ALL", "chown", "CAP_CHOWN"].map((capability) => ({
      title: `that adds ${capability}`,
      spec: secured({ capabilities: { add: ["CHOWN", capability] } }),
      found: [`${context}.capabilities.add[1]: container "web" adds the capability "${capability}"`],
    })),
    {
      title: "whose list is none",
      spec: secured({ capabilities: { add: "SYS_ADMIN" } }),
      found: [`${context}.capabilities.add: container "web" adds the capability "SYS_ADMIN"`],
    },
  ],
  "host-namespaces": [
    {
      title: "with none of them",
      spec: web({}, { hostNetwork: false, hostPID: null, shareProcessNamespace: true }),
      found: [],
    },
    {
      title: "with all of them",
      spec: web({}, { hostNetwork: true, hostPID: true, hostIPC: true }),
      found: [
        "spec.hostNetwork: hostNetwork is true",
        "spec.hostPID: hostPID is true",
        "spec.hostIPC: hostIPC is true",
      ],
    },
    { title: "with no boolean", spec: web({}, { hostPID: "yes" }), found: ['spec.hostPID: hostPID is "yes"'] },
  ],
  "host-path-volumes": [
    {
      title: "with other volumes",
      spec: web(
        {},
        {
          volumes: [
            { name: "a", emptyDir: {} },
            { name: "b", nfs: {} },
            { name: "c", hostPath: null },
          ],
        },
      ),
      found: [],
    },
    {
      title: "with a folder of the host",
      spec: web(
        {},
        {
          volumes: [
            { name: "a", emptyDir: {} },
            { name: "logs", hostPath: { path: "/var/log" } },
          ],
        },
      ),
      found: ['spec.volumes[1].hostPath: volume "logs" is the folder "/var/log" of the host'],
    },
    {
      title: "with an empty source",
      spec: web({}, { volumes: [{ name: "logs", hostPath: {} }] }),
      found: ['spec.volumes[0].hostPath: volume "logs" is a folder of the host'],
    },
  ],
  "host-ports": [
    {
      title: "with ports of its own",
      spec: web({ ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 0 }, { hostPort: null }] }),
      found: [],
    },
    // The cluster gives such a port a host port, which is a violation that host-namespaces has found already.
    {
      title: "in the network of the host",
      spec: web({ ports: [{ containerPort: 80 }] }, { hostNetwork: true }),
      found: [],
    },
    {
      title: "with ports of the host",
      spec: web({ ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 8081 }] }),
      found: ['spec.containers[0].ports[1].hostPort: container "web" takes the port 8081 of the host'],
    },
  ],
  "host-probes-and-host-lifecycle": [
    {
      title: "that probes itself",
      spec: web({
        livenessProbe: { httpGet: { port: 80, host: "" } },
        readinessProbe: { tcpSocket: { port: 80 } },
        startupProbe: { exec: { command: ["true"] } },
        lifecycle: { preStop: { sleep: { seconds: 1 } } },
      }),
      found: [],
    },
    {
      title: "that probes others",
      spec: web({
        livenessProbe: { httpGet: { port: 80, host: "127.0.0.1" } },
        readinessProbe: { tcpSocket: { port: 80, host: "example.com" } },
        startupProbe: { httpGet: { port: 80, host: "example.com" } },
        lifecycle: {
          postStart: { httpGet: { port: 80, host: "example.com" } },
          preStop: { tcpSocket: { port: 80, host: "example.com" } },
        },
      }),
      at: [34, 36],
      found: [
        'spec.containers[0].livenessProbe.httpGet.host: container "web" sends its livenessProbe to the host "127.0.0.1"',
        'spec.containers[0].readinessProbe.tcpSocket.host: container "web" sends its readinessProbe to the host "example.com"',
        'spec.containers[0].startupProbe.httpGet.host: container "web" sends its startupProbe to the host "example.com"',
        'spec.containers[0].lifecycle.postStart.httpGet.host: container "web" sends its lifecycle.postStart to the host "example.com"',
        'spec.containers[0].lifecycle.preStop.tcpSocket.host: container "web" sends its lifecycle.preStop to the host "example.com"',
      ],
    },
    {
      title: "that probes others, before 1.34",
      spec: web({ livenessProbe: { httpGet: { port: 80, host: "127.0.0.1" } } }),
      at: [0, 33],
      found: [],
    },
  ],
  privileged: [
    { title: "that says nothing", spec: secured(null), found: [] },
    { title: "that says no", spec: secured({ privileged: false }), found: [] },
    { title: "with null", spec: secured({ privileged: null }), found: [] },
    {
      title: "with privileged containers of every role",
      spec: threeRoles({ securityContext: { privileged: true } }),
      found: [
        `${context}.privileged: container "web" sets privileged to true`,
        'spec.initContainers[0].securityContext.privileged: init container "init" sets privileged to true',
        'spec.ephemeralContainers[0].securityContext.privileged: ephemeral container "debug" sets privileged to true',
      ],
    },
    {
      title: "with no boolean",
      spec: secured({ privileged: "true" }),
      found: [`${context}.privileged: container "web" sets privileged to "true"`],
    },
  ],
  "proc-mount": [
    { title: "that says nothing", spec: secured({ procMount: null }), found: [] },
    { title: "with the usual mask", spec: secured({ procMount: "Default" }), found: [] },
    {
      title: "without a mask",
      spec: secured({ procMount: "Unmasked" }, undefined, { hostUsers: true }),
      found: [`${context}.procMount: container "web" sets procMount to "Unmasked"`],
    },
    {
      title: "without a mask and with users of its own, before 1.35",
      spec: secured({ procMount: "Unmasked" }, undefined, { hostUsers: false }),
      at: [0, 34],
      found: [`${context}.procMount: container "web" sets procMount to "Unmasked"`],
    },
    {
      title: "without a mask and with users of its own",
      spec: secured({ procMount: "Unmasked" }, undefined, { hostUsers: false }),
      at: [35, 36],
      found: [],
    },
  ],
  "se-linux-options": [
    { title: "that says nothing", spec: secured({ seLinuxOptions: {} }, { seLinuxOptions: null }), found: [] },
    {
      title: "with types of containers",
      spec: secured(
        { seLinuxOptions: { type: "container_t", user: "", level: "s0:c1" } },
        { seLinuxOptions: { type: "container_kvm_t" } },
      ),
      found: [],
    },
    {
      title: "with another type, user and role",
      spec: secured({ seLinuxOptions: { type: "spc_t" } }, { seLinuxOptions: { user: "system_u", role: "system_r" } }),
      found: [
        'spec.securityContext.seLinuxOptions.user: the pod sets the SELinux user "system_u"',
        'spec.securityContext.seLinuxOptions.role: the pod sets the SELinux role "system_r"',
        `${context}.seLinuxOptions.type: container "web" sets the SELinux type "spc_t"`,
      ],
    },
    {
      title: "with the type of a container engine",
      spec: secured({ seLinuxOptions: { type: "container_engine_t" } }),
      at: [31, 36],
      found: [],
    },
    {
      title: "with the type of a container engine, before 1.31",
      spec: secured({ seLinuxOptions: { type: "container_engine_t" } }),
      at: [0, 30],
      found: [`${context}.seLinuxOptions.type: container "web" sets the SELinux type "container_engine_t"`],
    },
  ],
  "seccomp-profile-baseline": [
    { title: "that says nothing", spec: web({}), found: [] },
    {
      title: "with allowed profiles",
      spec: secured({ seccompProfile: { type: "Localhost" } }, { seccompProfile: { type: "RuntimeDefault" } }),
      found: [],
    },
    {
      title: "without confinement",
      spec: secured({ seccompProfile: { type: "Unconfined" } }, { seccompProfile: {} }),
      at: [19, 36],
      found: [
        "spec.securityContext.seccompProfile.type: the pod has a seccomp profile of the type null",
        `${context}.seccompProfile.type: container "web" has a seccomp profile of the type "Unconfined"`,
      ],
    },
    {
      title: "with annotations, which count no longer",
      spec: web({}),
      annotations: { [seccomp]: "unconfined" },
      at: [19, 36],
      found: [],
    },
    {
      title: "with annotations of old",
      spec: secured({ seccompProfile: { type: "Unconfined" } }),
      annotations: {
        [seccomp]: "unconfined",
        [`${containerSeccomp}web`]: "",
        [`${containerSeccomp}gone`]: "unconfined",
      },
      at: [0, 18],
      found: [
        `metadata.annotations["${seccomp}"]: the annotation ${seccomp} names the seccomp profile "unconfined"`,
        `metadata.annotations["${containerSeccomp}web"]: the annotation ${containerSeccomp}web names the seccomp profile ""`,
      ],
    },
    ...["runtime/default", "docker/default", "localhost/web"].map((profile) => ({
      title: `with the annotation ${profile} of old`,
      spec: web({}),
      annotations: { [seccomp]: profile, [`${containerSeccomp}web`]: profile },
      at: [18],
      found: [],
    })),
  ],
  sysctls: [
    { title: "that sets none", spec: secured({}, { sysctls: null }), found: [] },
    {
      title: "that sets safe ones",
      spec: sysctls("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ping_group_range"),
      at: [0, 36],
      found: [],
    },
    {
      title: "that sets another",
      spec: sysctls("net.ipv4.tcp_syncookies", "kernel.msgmax"),
      found: ['spec.securityContext.sysctls[1].name: the pod sets the sysctl "kernel.msgmax"'],
    },
    ...(
      [
        ["net.ipv4.ip_local_reserved_ports", 27],
        ["net.ipv4.tcp_keepalive_time", 29],
        ["net.ipv4.tcp_fin_timeout", 29],
        ["net.ipv4.tcp_keepalive_intvl", 29],
        ["net.ipv4.tcp_keepalive_probes", 29],
        ["net.ipv4.tcp_rmem", 32],
        ["net.ipv4.tcp_wmem", 32],
      ] as const
    ).flatMap(([name, since]) => [
      { title: `that sets ${name}`, spec: sysctls(name), at: [since, 36], found: [] },
      {
        title: `that sets ${name}, before 1.${since}`,
        spec: sysctls(name),
        at: [0, since - 1],
        found: [`spec.securityContext.sysctls[0].name: the pod sets the sysctl "${name}"`],
      },
    ]),
  ],
  "windows-host-process": [
    {
      title: "that says no",
      spec: secured({ windowsOptions: { hostProcess: false } }, { windowsOptions: null }),
      found: [],
    },
    {
      title: "of host processes",
      spec: secured({ windowsOptions: { hostProcess: true } }, { windowsOptions: { hostProcess: true } }),
      found: [
        "spec.securityContext.windowsOptions.hostProcess: the pod sets hostProcess to true",
        `${context}.windowsOptions.hostProcess: container "web" sets hostProcess to true`,
      ],
    },
  ],
} as const satisfies Readonly<Record<string, readonly Case[]>>;
