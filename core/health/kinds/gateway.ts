import {
  conditionText,
  degraded,
  findCondition,
  generationOf,
  healthy,
  objectsIn,
  progressing,
  say,
  statusOf,
  type HealthCheck,
} from "../status.ts";
import { byCondition } from "./ready.ts";

/** gateway.networking.k8s.io Gateway: healthy once it is programmed. */
export const gateway = byCondition({
  type: "Programmed",
  passing: ["Pending", "AddressNotAssigned"],
  before: "No controller has programmed it yet.",
});

/** gateway.networking.k8s.io routes: healthy once a gateway took the route and found everything that it refers to. */
export const route: HealthCheck = (object) => {
  const parents = objectsIn(statusOf(object)["parents"]);
  for (const parent of parents) {
    for (const type of ["Accepted", "ResolvedRefs"]) {
      const found = findCondition(parent["conditions"], type, generationOf(object));
      if (found === undefined) return progressing("A gateway has not looked at the latest change yet.");
      if (found.status === "False") return degraded(say(`Not ${type}: ${conditionText(found)}`));
    }
  }
  return parents.length === 0 ? progressing("No gateway has taken it yet.") : healthy("Its gateways serve it.");
};
