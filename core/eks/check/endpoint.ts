import type { EksSpec } from "../../environment/spec.ts";
import type { Fault } from "./fault.ts";

/** An API server that nobody reaches, or that everybody reaches because nobody said who may. */
export function checkEndpoint({ endpoint }: EksSpec): readonly Fault[] {
  const { private: inside, public: outside, publicAccessCidrs: callers } = endpoint;
  const path = ["endpoint"];
  if (!inside && !outside) {
    const message = "The API server is reached neither from inside the VPC nor from outside.";
    return [{ path, message, fix: "Write `private: true`, or `public: true` with `publicAccessCidrs`." }];
  }
  if (outside && callers.length === 0) {
    const message = "The API server is public, and nothing says who may reach it, so that everybody may.";
    return [{ path, message, fix: "Name the blocks of those who need it in `publicAccessCidrs`." }];
  }
  if (!outside && callers.length > 0) {
    const message = "`publicAccessCidrs` says who may reach an endpoint that is not public.";
    return [{ path: [...path, "publicAccessCidrs"], message, fix: "Write `public: true`, or remove the blocks." }];
  }
  return [];
}
