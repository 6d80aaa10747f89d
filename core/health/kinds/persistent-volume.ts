import { degraded, healthy, progressing, say, statusOf, text, type HealthCheck } from "../status.ts";

/** Healthy while a claim has it or may have it. */
export const persistentVolume: HealthCheck = (object) => {
  const { phase, message } = statusOf(object);
  if (phase === "Failed") return degraded(say(`The volume failed: ${text(message)}`));
  return phase === "Pending" || phase === undefined
    ? progressing("The volume is not available yet.")
    : healthy(`The volume is ${text(phase)}.`);
};
