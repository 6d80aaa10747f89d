import { copyFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { failure } from "../../core/errors/error.ts";
import { dropExpiringCertificate, readAuthority } from "./certificate.ts";
import { argumentsOf, executableOf, type ClusterPrograms } from "./commands.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { names, programs, type ProgramName } from "./layout.ts";
import { isRunning, startProgram } from "./process.ts";
import { isReady, waitForEtcd, waitForNode, waitForServer } from "./ready.ts";
import { isPortFree } from "../process/free-port.ts";
import type { ClusterSettings } from "./settings.ts";

const portAttempts = 30;
const portPollMs = 100;

/** Starts whatever does not run, and waits until the first pod could start. A cluster that is up is left alone. */
export async function startPrograms(
  folder: string,
  settings: ClusterSettings,
  executables: ClusterPrograms,
  onStart: () => void,
): Promise<void> {
  const down = await stoppedPrograms(folder);
  if (down.length === 0 && (await isUp(folder, settings))) return;
  onStart();
  const start = async (program: ProgramName): Promise<void> => {
    if (!down.includes(program)) return;
    await startProgram(folder, program, executableOf(program, executables), argumentsOf(program, settings));
  };

  if (down.includes("etcd")) await removeSockets(folder);
  await start("etcd");
  await waitForEtcd(folder);

  if (down.includes("kube-apiserver")) await prepareServer(folder, settings);
  await start("kube-apiserver");
  const authority = await waitForServer(folder, settings);
  await writeKubeconfig(folder, settings, authority);

  await copyFile(join(dirname(executables.kwok), "..", "stages.yaml"), join(folder, names.stages));
  for (const file of [names.loadBalancer, names.plays, names.volumes]) {
    await copyFile(join(import.meta.dirname, file), join(folder, file));
  }
  await Promise.all([start("kube-controller-manager"), start("kube-scheduler"), start("kwok")]);
  await waitForNode(folder, settings, authority);
}

/** The programs that do not run now. */
export async function stoppedPrograms(folder: string): Promise<readonly ProgramName[]> {
  const running = await Promise.all(programs.map((program) => isRunning(folder, program)));
  return programs.filter((_program, index) => running[index] !== true);
}

async function isUp(folder: string, settings: ClusterSettings): Promise<boolean> {
  const authority = await readAuthority(folder);
  return authority !== undefined && (await isReady(settings, authority));
}

/** A socket that a killed etcd left behind would stop the next one. */
async function removeSockets(folder: string): Promise<void> {
  await rm(join(folder, names.etcdSocket), { force: true });
  await rm(join(folder, names.peerSocket), { force: true });
}

async function prepareServer(folder: string, settings: ClusterSettings): Promise<void> {
  await dropExpiringCertificate(folder);
  // A server that was just killed holds its port for a moment.
  for (let attempt = 0; attempt < portAttempts; attempt++) {
    if (await isPortFree(settings.port)) return;
    await sleep(portPollMs);
  }
  throw failure(
    "CLUSTER_START_FAILED",
    `Port ${settings.port} of the local cluster "${settings.name}" is taken by another program.`,
    "Stop that program, or remove the cluster so that it gets another port.",
  );
}
