import { isList, record } from "../../../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../../../core/manifest/manifest.ts";

/** Inputs, or the state, of a resource. */
export type Props = JsonObject;

/** What the engine writes for a value that is not known before the update. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A property that has to be there. */
export function text(props: Props, name: string): string {
  const value = props[name];
  if (typeof value === "string" && value !== "" && value !== unknown) return value;
  throw new Error(`${name} is missing or not known`);
}

export function textIf(props: Props, name: string): string | undefined {
  return props[name] === undefined || props[name] === null ? undefined : text(props, name);
}

export function texts(props: Props, name: string): string[] {
  const value = props[name] ?? [];
  return isList(value) ? value.map(String) : [];
}

export function numberIf(props: Props, name: string): number | undefined {
  const value = props[name];
  return typeof value === "number" ? value : undefined;
}

export function flagIf(props: Props, name: string): boolean | undefined {
  const value = props[name];
  return typeof value === "boolean" ? value : undefined;
}

export function child(props: Props, name: string): Props {
  return record(props[name]);
}

export function children(props: Props, name: string): readonly Props[] {
  const value = props[name];
  return isList(value) ? value.map(record) : [];
}

/** A map of texts: tags and labels. */
export function map(props: Props, name: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record(props[name])).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Tags as most services list them. */
export function tagList(props: Props): { readonly Key: string; readonly Value: string }[] {
  return Object.entries(map(props, "tags")).map(([Key, Value]) => ({ Key, Value }));
}

/** What a call gave, with what it did not give left out. */
export function known(values: Readonly<Record<string, Json | undefined>>): Props {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** An id that a call has to give. */
export function given(value: string | undefined): string {
  if (value === undefined) throw new Error("AWS gave no id");
  return value;
}
