import { isList, record } from "../../core/manifest/json.ts";
import type { Found } from "./control.ts";
import { itemsOf, shown, textOf, type Pod } from "./pod.ts";

/** Capabilities that containers add and that are not allowed. */
export function addedCapabilities({ containers }: Pod, allowed: ReadonlySet<string>): readonly Found[] {
  return containers.flatMap(({ label, context, contextPath }) => {
    const { add } = record(context["capabilities"]);
    return itemsOf(add).flatMap((capability, index) =>
      allowed.has(textOf(capability))
        ? []
        : [
            {
              message: `${label} adds the capability ${shown(capability)}`,
              path: [...contextPath, "capabilities", "add", ...(isList(add) ? [index] : [])],
            },
          ],
    );
  });
}
