import { parseImageReference } from "../core/manifest/image-reference.ts";

/** Names under which Docker Hub is reached. */
const dockerHub: ReadonlySet<string> = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

/** The repository of an image in full: `nginx:1.27` is `docker.io/library/nginx`. Never fails. */
export function repositoryOf(image: string): string {
  const { name } = parseImageReference(image);
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  // What container runtimes take for a host: it has a dot, a port or capitals, or is localhost.
  const hasHost = /[.:A-Z]/.test(first) || first === "localhost";
  const host = hasHost ? first.toLowerCase() : "docker.io";
  const path = hasHost ? name.slice(slash + 1) : name;
  if (!dockerHub.has(host)) return `${host}/${path}`;
  return `docker.io/${path.includes("/") ? path : `library/${path}`}`;
}

/** True if a repository is in a registry, or under a path of one: `ghcr.io`, `ghcr.io/team`. Names end at a slash. */
export function isWithin(repository: string, registry: string): boolean {
  const [host = "", ...path] = registry.replace(/\/+$/, "").split("/");
  const wanted = [dockerHub.has(host.toLowerCase()) ? "docker.io" : host.toLowerCase(), ...path].join("/");
  return repository === wanted || repository.startsWith(`${wanted}/`);
}
