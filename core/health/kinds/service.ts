import { objectsIn, healthy, progressing, specOf, statusOf, text, type HealthCheck } from "../status.ts";
import { record } from "../../manifest/json.ts";

/** Healthy at once, but for a LoadBalancer, which needs an address first. */
export const service: HealthCheck = (object) => {
  if (specOf(object)["type"] !== "LoadBalancer") return healthy("The Service exists.");
  const [address] = objectsIn(record(statusOf(object)["loadBalancer"])["ingress"]);
  if (address === undefined) return progressing("The load balancer has no address yet.");
  return healthy(`The load balancer has the address ${text(address["ip"]) || text(address["hostname"])}.`);
};
