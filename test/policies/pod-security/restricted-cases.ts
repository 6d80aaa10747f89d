import { context, secured, threeRoles, web, type Case } from "./case.ts";

const windows = { os: { name: "windows" } };
const ownUsers = { hostUsers: false };
const dropAll = { drop: ["ALL"] };
const noDrop = `${context}.capabilities.drop: container "web" does not drop ALL capabilities`;
const noSeccomp = `${context}.seccompProfile: neither container "web" nor the pod has a seccomp profile`;
const noNonRoot = `${context}.runAsNonRoot: neither container "web" nor the pod sets runAsNonRoot to true`;
const noEscalation = `${context}.allowPrivilegeEscalation: container "web" does not set allowPrivilegeEscalation to false`;

const allowedSources = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image"],
  ...["persistentVolumeClaim", "projected", "secret"],
];
const forbiddenSources = [
  ...["awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "fc", "flexVolume", "flocker"],
  ...["gcePersistentDisk", "gitRepo", "glusterfs", "hostPath", "iscsi", "nfs", "photonPersistentDisk"],
  ...["portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume", "notYetKnown"],
];

/** Pods for every control that only the restricted profile has. */
export const restrictedCases = {
  "allow-privilege-escalation": [
    { title: "that says no", spec: secured({ allowPrivilegeEscalation: false }), found: [] },
    { title: "that says nothing", spec: secured({}), at: [8, 36], found: [noEscalation] },
    { title: "with null", spec: secured({ allowPrivilegeEscalation: null }), found: [noEscalation] },
    {
      title: "that says it for the pod, where it means nothing",
      spec: secured({}, { allowPrivilegeEscalation: false }),
      found: [noEscalation],
    },
    {
      title: "that says yes",
      spec: secured({ allowPrivilegeEscalation: true }),
      found: [`${context}.allowPrivilegeEscalation: container "web" sets allowPrivilegeEscalation to true`],
    },
    { title: "that says nothing, before 1.8", spec: web({}), at: [0, 7], found: [] },
    { title: "for Windows", spec: web({}, windows), at: [25, 36], found: [] },
    { title: "for Windows, before 1.25", spec: web({}, windows), at: [24], found: [noEscalation] },
  ],
  "capabilities-restricted": [
    { title: "that drops all", spec: secured({ capabilities: { ...dropAll, add: ["NET_BIND_SERVICE"] } }), found: [] },
    { title: "that says nothing", spec: web({}), at: [22, 36], found: [noDrop] },
    { title: "that drops the wrong ones", spec: secured({ capabilities: { drop: ["all", "KILL"] } }), found: [noDrop] },
    { title: "whose list is none", spec: secured({ capabilities: { drop: "ALL" } }), found: [noDrop] },
    {
      title: "that drops all and adds some",
      spec: secured({ capabilities: { ...dropAll, add: ["CHOWN", "NET_BIND_SERVICE"] } }),
      found: [`${context}.capabilities.add[0]: container "web" adds the capability "CHOWN"`],
    },
    {
      title: "with containers of every role",
      spec: threeRoles({}),
      found: [
        noDrop,
        'spec.initContainers[0].securityContext.capabilities.drop: init container "init" does not drop ALL capabilities',
        'spec.ephemeralContainers[0].securityContext.capabilities.drop: ephemeral container "debug" does not drop ALL capabilities',
      ],
    },
    { title: "that says nothing, before 1.22", spec: web({}), at: [0, 21], found: [] },
    { title: "for Windows", spec: web({}, windows), at: [25, 36], found: [] },
    { title: "for Windows, before 1.25", spec: web({}, windows), at: [24], found: [noDrop] },
  ],
  "proc-mount-restricted": [
    { title: "with the usual mask", spec: secured({ procMount: "Default" }), found: [] },
    {
      title: "without a mask, with users of its own too",
      spec: secured({ procMount: "Unmasked" }, undefined, ownUsers),
      at: [35, 36],
      found: [`${context}.procMount: container "web" sets procMount to "Unmasked"`],
    },
  ],
  "restricted-volumes": [
    { title: "without volumes", spec: web({}, { volumes: null }), found: [] },
    ...allowedSources.map((source) => ({
      title: `with a volume of the type ${source}`,
      spec: web({}, { volumes: [{ name: "data", [source]: {} }] }),
      at: [0, 36],
      found: [],
    })),
    ...forbiddenSources.map((source) => ({
      title: `with a volume of the type ${source}`,
      spec: web(
        {},
        {
          volumes: [
            { name: "cache", emptyDir: {} },
            { name: "data", [source]: {}, secret: null },
          ],
        },
      ),
      at: [0, 36],
      found: [`spec.volumes[1].${source}: volume "data" is of the type ${source}`],
    })),
    {
      title: "with a volume that does not say what it is, an emptyDir",
      spec: web({}, { volumes: [{ name: "data" }, { name: "cache", hostPath: null }] }),
      found: [],
    },
  ],
  "run-as-non-root": [
    { title: "that says it", spec: secured({}, { runAsNonRoot: true }), found: [] },
    { title: "whose container says it", spec: secured({ runAsNonRoot: true }), found: [] },
    { title: "that says nothing", spec: secured({ runAsUser: 1000 }), found: [noNonRoot] },
    {
      title: "whose container takes it back",
      spec: secured({ runAsNonRoot: false }, { runAsNonRoot: true }),
      found: [`${context}.runAsNonRoot: container "web" sets runAsNonRoot to false`],
    },
    {
      title: "that says no, though its container says yes",
      spec: secured({ runAsNonRoot: true }, { runAsNonRoot: false }),
      found: ["spec.securityContext.runAsNonRoot: the pod sets runAsNonRoot to false"],
    },
    { title: "with users of its own", spec: web({}, ownUsers), at: [35, 36], found: [] },
    { title: "with users of its own, before 1.35", spec: web({}, ownUsers), at: [0, 34], found: [noNonRoot] },
    { title: "for Windows", spec: web({}, windows), found: [noNonRoot] },
  ],
  "run-as-user": [
    { title: "that says nothing", spec: secured({}, { runAsUser: null }), found: [] },
    { title: "with a user", spec: secured({ runAsUser: 1000 }, { runAsUser: 1 }), found: [] },
    {
      title: "of root",
      spec: secured({ runAsUser: 0 }, { runAsUser: 0 }),
      at: [23, 34, 36],
      found: [
        "spec.securityContext.runAsUser: the pod sets runAsUser to 0",
        `${context}.runAsUser: container "web" sets runAsUser to 0`,
      ],
    },
    { title: "of root, before 1.23", spec: secured({ runAsUser: 0 }), at: [0, 22], found: [] },
    {
      title: "of root with users of its own",
      spec: secured({ runAsUser: 0 }, undefined, ownUsers),
      at: [35],
      found: [],
    },
    {
      title: "of root with users of its own, before 1.35",
      spec: secured({ runAsUser: 0 }, undefined, ownUsers),
      at: [34],
      found: [`${context}.runAsUser: container "web" sets runAsUser to 0`],
    },
  ],
  "seccomp-profile-restricted": [
    { title: "that says it", spec: secured({}, { seccompProfile: { type: "RuntimeDefault" } }), found: [] },
    { title: "whose container says it", spec: secured({ seccompProfile: { type: "Localhost" } }), found: [] },
    { title: "that says nothing", spec: web({}), at: [19, 36], found: [noSeccomp] },
    {
      title: "whose container takes it back",
      spec: secured({ seccompProfile: { type: "Unconfined" } }, { seccompProfile: { type: "RuntimeDefault" } }),
      found: [`${context}.seccompProfile.type: container "web" has a seccomp profile of the type "Unconfined"`],
    },
    {
      title: "without confinement",
      spec: secured({}, { seccompProfile: { type: "Unconfined" } }),
      found: ['spec.securityContext.seccompProfile.type: the pod has a seccomp profile of the type "Unconfined"'],
    },
    { title: "that says nothing, before 1.19", spec: web({}), at: [0, 18], found: [] },
    { title: "for Windows", spec: web({}, windows), at: [25, 36], found: [] },
    { title: "for Windows, before 1.25", spec: web({}, windows), at: [24], found: [noSeccomp] },
  ],
} as const satisfies Readonly<Record<string, readonly Case[]>>;
