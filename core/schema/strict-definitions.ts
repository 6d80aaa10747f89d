import { plainJson } from "../manifest/json.ts";
import type { JsonObject } from "../manifest/manifest.ts";
import { exactQuantity } from "../manifest/quantity.ts";
import type { KubernetesSchemas } from "./kubernetes/schemas.ts";
import { mapSchemas } from "./strict.ts";

const apimachinery = "io.k8s.apimachinery.pkg";

/** Formats that an API server looks at; others are hints for people. */
export const formats = {
  byte: (value: string): boolean => value.length % 4 === 0 && /^[A-Za-z0-9+/\s]*={0,2}$/.test(value),
  quantity: (value: string): boolean => exactQuantity(value) !== undefined,
  "date-time": (value: string): boolean =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value) && !Number.isNaN(Date.parse(value)),
  int32: { type: "number", validate: (value: number): boolean => value >= -(2 ** 31) && value < 2 ** 31 },
  int64: { type: "number", validate: (value: number): boolean => Math.abs(value) <= 2 ** 63 },
} as const;

/** The definitions of Kubernetes, made strict. */
export function strictDefinitions(definitions: KubernetesSchemas["definitions"]): JsonObject {
  return {
    ...mapSchemas(plainJson(definitions)),
    [`${apimachinery}.api.resource.Quantity`]: { type: ["number", "string"], format: "quantity", nullable: true },
  };
}
