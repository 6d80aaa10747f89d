import type { KeptKubeconfig, KubeconfigContext, Reveal } from "../core/cluster/kubeconfig-files.ts";
import { keptIdentities } from "../core/cluster/identity.ts";
import { heldEks } from "../core/eks/lost.ts";
import { ensureTools, toolGroups } from "../toolchain/toolchain.ts";
import type { RevealWorkspace } from "./engine/reveal.ts";
import type { StateExport } from "./engine/types.ts";
import type { Session } from "./session.ts";
import { toolContext } from "./work.ts";

/** How a command reaches the clusters of an environment. */
export interface ClusterContext extends KubeconfigContext {
  readonly signal: AbortSignal;
}

/** A watch goes on for hours, in which credentials are exchanged. */
const heldMs = 60_000;
/** Whatever keeps kubeconfigs is asked once a command, or a minute; a mistake is asked about again. */
const revealers = new WeakMap<Session["io"], Map<string, Reveal>>();

/** How a command reaches the clusters of an environment; the engine is asked only where it keeps a kubeconfig. */
export function clusterContext(session: Session, environment: string): ClusterContext {
  const { io, project } = session;
  return { project, env: io.env, signal: io.signal, reveal: revealerOf(session, environment) };
}

/** What a state says of the clusters: which ones they were, and which were made. */
export function stateContext(state: StateExport | undefined): Pick<KubeconfigContext, "identities" | "heldEks"> {
  return { identities: keptIdentities(state?.deployment), heldEks: heldEks(state?.deployment) };
}

function revealerOf(session: Session, environment: string): Reveal {
  const known = revealers.get(session.io) ?? new Map<string, Reveal>();
  revealers.set(session.io, known);
  const reveal = known.get(environment) ?? revealer(session, environment);
  known.set(environment, reveal);
  return reveal;
}

function revealer(session: Session, environment: string): Reveal {
  const asked = new Map<string, { readonly answer: Promise<unknown>; readonly at: number }>();
  let opened: Promise<RevealWorkspace> | undefined;
  const ask = async (kept: KeptKubeconfig): Promise<unknown> => {
    const { revealKept } = await import("./engine/reveal.ts");
    return revealKept(await (opened ??= open(session, environment)), kept);
  };
  return (kept) => {
    const key = JSON.stringify(kept);
    const known = asked.get(key);
    if (known !== undefined && Date.now() - known.at < heldMs) return known.answer;
    const answer = ask(kept);
    asked.set(key, { answer, at: Date.now() });
    answer.catch(() => {
      asked.delete(key);
      opened = undefined;
    });
    return answer;
  };
}

async function open(session: Session, environment: string): Promise<RevealWorkspace> {
  const { io, project, progress } = session;
  const tools = await ensureTools(toolGroups.engine, toolContext(session));
  const { openWorkspace } = await import("./engine/workspace.ts");
  const { cache, env } = io;
  return openWorkspace({
    ...{ project, environment, tools, cache, env },
    progress: (line) => progress.note(line),
  });
}
