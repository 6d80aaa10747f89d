import { isList, record } from "../manifest/json.ts";
import { healthy, progressing, specOf, statusOf, type HealthCheck } from "./status.ts";

/** Healthy at once, but for a LoadBalancer, which needs an address first. */
export const service: HealthCheck = (object) => {
  if (specOf(object)["type"] !== "LoadBalancer") return healthy("The Service exists.");
  const ingress = record(statusOf(object)["loadBalancer"])["ingress"];
  if (isList(ingress) && ingress.length > 0) return healthy("The load balancer has an address.");
  return progressing("The load balancer has no address yet.");
};
