import { z } from "zod";
import { formats } from "../formats.ts";
import { text } from "./common.ts";

/** Parameters of manifests, by name. */
export const parameters = z.record(text(formats.parameter), z.union([z.string(), z.number(), z.boolean()]));
