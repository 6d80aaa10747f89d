import { isJsonObject, isList, record } from "../core/manifest/json.ts";
import type { JsonObject, Path } from "../core/manifest/manifest.ts";
import { podsOf } from "../core/manifest/pods.ts";
import { containersOf } from "./containers.ts";

/** An image that the pods of an object run or mount. */
export interface UsedImage {
  /** How messages call it: `container "web" runs "nginx:1.27"`; empty where no image is named. */
  readonly use: string;
  /** Who uses it: `container "web"`, `volume "models"`. */
  readonly user: string;
  /** As written; empty where none is named. */
  readonly image: string;
  /** Of the field that names it. */
  readonly path: Path;
}

/** Every image of the pods that an object makes: those of containers, and those mounted as volumes. */
export function imagesOf(object: JsonObject): readonly UsedImage[] {
  return [
    ...containersOf(object).map(({ label, spec, path }) =>
      used({ user: label, verb: "runs", holder: spec, field: "image", path }),
    ),
    ...podsOf(object).flatMap(({ spec, path }) => {
      const volumes = spec["volumes"];
      if (!isList(volumes)) return [];
      return volumes.flatMap((each, index) => {
        const { name, image } = record(each);
        if (!isJsonObject(image)) return [];
        const user = `volume ${typeof name === "string" ? JSON.stringify(name) : `number ${index + 1}`}`;
        const where = [...path, "volumes", index, "image"];
        return [used({ user, verb: "mounts", holder: image, field: "reference", path: where })];
      });
    }),
  ];
}

interface Use {
  readonly user: string;
  readonly verb: string;
  readonly holder: JsonObject;
  readonly field: string;
  readonly path: Path;
}

function used({ user, verb, holder, field, path }: Use): UsedImage {
  const value = holder[field];
  if (typeof value !== "string" || value === "") return { use: "", user, image: "", path };
  return { use: `${user} ${verb} ${JSON.stringify(value)}`, user, image: value, path: [...path, field] };
}
