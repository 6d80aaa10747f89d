import { isList, record } from "../../core/manifest/json.ts";
import type { JsonObject, Path } from "../../core/manifest/manifest.ts";
import { textOf, type Pod } from "./pod.ts";

/** A volume of a pod. */
export interface Volume {
  /** How messages call it: `volume "data"`. */
  readonly label: string;
  readonly spec: JsonObject;
  readonly path: Path;
}

/** The volumes of a pod. */
export function volumesOf({ spec, path }: Pod): readonly Volume[] {
  const { volumes } = spec;
  return (isList(volumes) ? volumes : []).map((value, index) => {
    const volume = record(value);
    return {
      label: `volume ${JSON.stringify(textOf(volume["name"]))}`,
      spec: volume,
      path: [...path, "volumes", index],
    };
  });
}
