import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { failure } from "../../core/errors/error.ts";
import { callApi } from "./api.ts";
import { readAuthority } from "./certificate.ts";
import { names, type ProgramName } from "./layout.ts";
import { isSchedulable, nodeName, nodeObject } from "./node.ts";
import { storageClasses, storageClassPath } from "./storage-class.ts";
import { isRunning, lastLines } from "./process.ts";
import type { ClusterSettings } from "./settings.ts";

const pollMs = 40;
const startTimeoutMs = 90_000;
const shownLines = 3;
const maxLineLength = 400;

/** Waits until etcd takes connections. */
export function waitForEtcd(folder: string): Promise<void> {
  return waitFor(folder, "etcd", () => accepts(join(folder, names.etcdSocket)));
}

/** Waits until the API server has its certificate and answers; returns the authority that signed it. */
export async function waitForServer(folder: string, settings: ClusterSettings): Promise<string> {
  let authority = "";
  await waitFor(folder, "kube-apiserver", async () => {
    authority = (await readAuthority(folder)) ?? "";
    return authority !== "" && (await isReady(settings, authority));
  });
  return authority;
}

/** True if the API server says that it is ready. */
export async function isReady(settings: ClusterSettings, authority: string): Promise<boolean> {
  return (await callApi(settings, authority, "/readyz")).status === 200;
}

/** Waits until the first pod could start at once: the Node is ready and the default service account exists. */
export async function waitForNode(folder: string, settings: ClusterSettings, authority: string): Promise<void> {
  await waitFor(folder, "kube-apiserver", async () => {
    const { status } = await callApi(settings, authority, "/api/v1/nodes", nodeObject);
    return status === 201 || status === 409;
  });
  await waitFor(folder, "kube-apiserver", async () => {
    const created = storageClasses.map((object) => callApi(settings, authority, storageClassPath, object));
    return (await Promise.all(created)).every(({ status }) => status === 201 || status === 409);
  });
  await waitFor(folder, "kwok", async () => {
    const { status, body } = await callApi(settings, authority, `/api/v1/nodes/${nodeName}`);
    return status === 200 && isSchedulable(body);
  });
  await waitFor(folder, "kube-controller-manager", async () => {
    const account = "/api/v1/namespaces/default/serviceaccounts/default";
    return (await callApi(settings, authority, account)).status === 200;
  });
}

/** @throws {DriftlessError} CLUSTER_START_FAILED if the program ends or the time is over, with its last words. */
async function waitFor(folder: string, program: ProgramName, done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (!(await done())) {
    const ended = !(await isRunning(folder, program));
    if (ended || Date.now() > deadline) throw await startFailure(folder, program, ended);
    await sleep(pollMs);
  }
}

async function startFailure(folder: string, program: ProgramName, ended: boolean): Promise<Error> {
  const lines = (await lastLines(folder, program, shownLines)).map((line) => line.slice(0, maxLineLength));
  const why = ended ? "ended while it started" : `was not ready after ${startTimeoutMs / 1000} s`;
  return failure(
    "CLUSTER_START_FAILED",
    [`${program} of the local cluster ${why}:`, ...lines.map((line) => line.replaceAll(folder, "…"))].join("\n    "),
    `Its log is ${names.logs}/${program}.log in the folder of the cluster. Start again; if that does not help, remove the cluster and start anew.`,
  );
}

function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}
