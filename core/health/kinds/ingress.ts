import { record } from "../../manifest/json.ts";
import { healthy, objectsIn, statusOf, text, type HealthCheck } from "../status.ts";

/**
 * Healthy at once. Whether its controller ever publishes an address cannot be seen: many do not, and a wait for it
 * would never end. Who wants to wait for it says so by a check of the environment.
 */
export const ingress: HealthCheck = (object) => {
  const [address] = objectsIn(record(statusOf(object)["loadBalancer"])["ingress"]);
  if (address === undefined) return healthy("The Ingress exists; no address is published.");
  return healthy(`The Ingress has the address ${text(address["ip"]) || text(address["hostname"])}.`);
};
