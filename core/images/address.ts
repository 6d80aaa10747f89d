/** Where an image is kept. */
export interface ImageAddress {
  /** Host of the registry as image names have it; `docker.io` where they have none. */
  readonly registry: string;
  /** Host that is asked. */
  readonly host: string;
  /** Name inside the registry. */
  readonly repository: string;
}

/**
 * Where the images of a name are kept, as every container runtime reads it: a first segment with a dot or a colon is a
 * registry, everything else is on Docker Hub.
 * @param name Without tag and digest: `nginx`, `registry.example.com:5000/shop/web`.
 */
export function imageAddress(name: string): ImageAddress {
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const isHost = /[.:A-Z]/.test(first) || first === "localhost";
  const registry = !isHost || first === "index.docker.io" ? "docker.io" : first;
  const path = isHost ? name.slice(slash + 1) : name;
  if (registry !== "docker.io") return { registry, host: registry, repository: path };
  return { registry, host: "registry-1.docker.io", repository: path.includes("/") ? path : `library/${path}` };
}

/** True for a registry on this machine, which is asked by http unless something else is said. */
export function isLocalRegistry(host: string): boolean {
  return /^(localhost|127\.[0-9.]+|\[::1\])(:[0-9]+)?$/.test(host);
}
