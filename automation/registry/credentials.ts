import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { failure } from "../../core/errors/error.ts";
import { isSystemError } from "../../core/errors/system-error.ts";
import { ProgramError, runProgram } from "../../core/exec/run.ts";
import type { Env } from "../../core/git/environment.ts";
import type { ImageAddress } from "../../core/images/address.ts";
import {
  dockerConfigSchema,
  loginSource,
  readHelperAnswer,
  type DockerConfig,
  type Login,
} from "../../core/images/docker-config.ts";
import { parseJson } from "../../core/manifest/parse-json.ts";

/** A login, and where it is from, for people. */
export interface Credentials {
  readonly login: Login;
  readonly from: string;
}

/** What finding logins takes of its surroundings. */
export interface CredentialSurroundings {
  readonly env: Env;
  readonly signal?: AbortSignal | undefined;
}

type Registries = NonNullable<EnvironmentSpec["imageUpdates"]>["registries"];

/** Finds logins: each once in a run, and the Docker configuration is read once. They are never written anywhere. */
export class CredentialStore {
  readonly #registries: Registries;
  readonly #around: CredentialSurroundings;
  readonly #known = new Map<string, Promise<Credentials | undefined>>();
  #config: Promise<DockerConfig | undefined> | undefined;

  constructor(registries: Registries, around: CredentialSurroundings) {
    this.#registries = registries;
    this.#around = around;
  }

  /**
   * The login for an image: that of the variable which the document names, else that of the Docker configuration; undefined
   * where nobody has one.
   * @throws REGISTRY_DENIED where one is named and is not there.
   */
  find(address: ImageAddress): Promise<Credentials | undefined> {
    const key = `${address.registry}/${address.repository}`;
    const known = this.#known.get(key) ?? this.#find(address);
    this.#known.set(key, known);
    return known;
  }

  async #find({ registry, repository }: ImageAddress): Promise<Credentials | undefined> {
    const named = this.#registries[registry];
    if (named?.user !== undefined && named.password !== undefined) {
      const password = this.#around.env[named.password]?.trim();
      if (password !== undefined && password !== "") {
        return { login: { user: named.user, password }, from: named.password };
      }
      throw denied(`The variable ${named.password} with the password for ${registry} is not set.`, "Set it.");
    }
    this.#config ??= readDockerConfig(this.#around.env);
    const config = await this.#config;
    const source = config === undefined ? undefined : loginSource(config, registry, repository);
    if (source === undefined) return undefined;
    if (source.kind === "login") return { login: source.login, from: "the Docker configuration" };
    const login = await askHelper(source.helper, source.server, this.#around);
    return login === undefined ? undefined : { login, from: `docker-credential-${source.helper}` };
  }
}

async function readDockerConfig(env: Env): Promise<DockerConfig | undefined> {
  const { DOCKER_CONFIG: folder, HOME: home, REGISTRY_AUTH_FILE: file } = env;
  const usual = folder !== undefined && folder !== "" ? folder : home === undefined ? undefined : join(home, ".docker");
  const places = [usual === undefined ? undefined : join(usual, "config.json"), file === "" ? undefined : file];
  for (const place of places) {
    if (place === undefined) continue;
    const text = await readText(place);
    if (text === undefined) continue;
    const config = dockerConfigSchema.safeParse(parseJson(text));
    if (config.success) return config.data;
    throw denied("The Docker configuration with the logins of registries cannot be understood.", "Log in again.");
  }
  return undefined;
}

async function readText(place: string): Promise<string | undefined> {
  try {
    return await readFile(place, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    if (!isSystemError(error)) throw error;
    throw denied(
      `The Docker configuration cannot be read (${error.code}).`,
      "Make it a file that you may read.",
      error,
    );
  }
}

/** Helpers of Docker say this, and end with 1, where they have nothing. */
const nothing = /credentials not found/i;

async function askHelper(
  helper: string,
  server: string,
  { env, signal }: CredentialSurroundings,
): Promise<Login | undefined> {
  const program = `docker-credential-${helper}`;
  try {
    const { stdout } = await runProgram({
      file: program,
      args: ["get"],
      env,
      stdin: server,
      timeoutMs: 30_000,
      maxOutputBytes: 1 << 20,
      signal,
    });
    const login = readHelperAnswer(stdout.toString("utf8"));
    if (login !== undefined) return login;
    throw denied(`${program} printed no login for ${server}.`, "Log in again with it.");
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    signal?.throwIfAborted();
    if (error.reason === "exit" && nothing.test(error.stdout.toString("utf8") + error.stderr)) return undefined;
    const fix =
      "The Docker configuration names it: see whether it is installed and logged in itself, or take it out there.";
    throw denied(`${error.message}, which was asked for the login for ${server}.`, fix, error);
  }
}

function denied(message: string, fix: string, cause?: unknown): Error {
  return failure("REGISTRY_DENIED", message, fix, { cause });
}
