/** Where storage classes are created. */
export const storageClassPath = "/apis/storage.k8s.io/v1/storageclasses";

/** The classes of a local cluster: `local`, the default, waits for the first pod as clouds mostly do. */
export const storageClasses = [
  storageClass("local", "WaitForFirstConsumer", { "storageclass.kubernetes.io/is-default-class": "true" }),
  storageClass("local-immediate", "Immediate", {}),
] as const;

function storageClass(
  name: string,
  volumeBindingMode: "Immediate" | "WaitForFirstConsumer",
  annotations: Readonly<Record<string, string>>,
) {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name, annotations },
    provisioner: "local.driftless.dev/volume",
    reclaimPolicy: "Delete",
    volumeBindingMode,
  };
}
