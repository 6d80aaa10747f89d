/** Loaded in front of every program and policy pack, so that none outlives the host. */
import { endWithParent } from "./end-with-parent.ts";

endWithParent();
