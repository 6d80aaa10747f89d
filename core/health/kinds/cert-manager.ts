import { condition, conditionText, degraded, failed, progressing, say, type HealthCheck } from "../status.ts";
import { byCondition } from "./ready.ts";

const certificateReady = byCondition({
  passing: ["DoesNotExist", "Issuing", "Pending", "MissingData"],
  before: "The certificate was not requested yet.",
});

/** cert-manager.io Certificate: healthy once it is issued; degraded if the last request failed. */
export const certificate: HealthCheck = (object) => {
  const issuing = condition(object, "Issuing");
  if (issuing?.status === "False" && issuing.reason === "Failed") return degraded(conditionText(issuing));
  const ready = condition(object, "Ready");
  if (issuing?.status === "True" && ready?.status !== "True") return progressing(conditionText(issuing));
  return certificateReady(object);
};

/** cert-manager.io CertificateRequest: degraded for good once it was denied or failed. */
export const certificateRequest: HealthCheck = (object) => {
  const ready = condition(object, "Ready");
  const over = ready?.status === "False" && (ready.reason === "Failed" || ready.reason === "Denied");
  if (over) return failed(conditionText(ready));
  return byCondition({ passing: ["Pending"], before: "The request was not seen yet." })(object);
};

/** cert-manager.io Issuer and ClusterIssuer: healthy once it can sign, an ACME account registered. */
export const issuer: HealthCheck = (object) => {
  const ready = condition(object, "Ready");
  if (ready?.status === "False") return degraded(say(`The issuer cannot sign: ${conditionText(ready)}`));
  return byCondition({ before: "The issuer was not checked yet." })(object);
};
