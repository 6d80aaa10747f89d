import { healthy, say, specOf, suspended, text, type HealthCheck } from "../status.ts";

/** Healthy as soon as it exists: the Jobs that it makes are not waited for. */
export const cronJob: HealthCheck = (object) => {
  const { suspend, schedule } = specOf(object);
  return suspend === true ? suspended("The CronJob is suspended.") : healthy(say(`It runs at "${text(schedule)}"`));
};
