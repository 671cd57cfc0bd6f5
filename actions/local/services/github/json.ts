/** Anything JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text under a key, or `undefined` when it is absent, null or something else. */
export function textOf(value: Json | undefined, key: string): string | undefined {
  const field = isObject(value) ? value[key] : undefined;
  return typeof field === 'string' ? field : undefined;
}

export function numberOf(value: Json | undefined, key: string): number | undefined {
  const field = isObject(value) ? value[key] : undefined;
  return typeof field === 'number' ? field : undefined;
}

/** The objects of the list under a key; none when it is absent. */
export function objectsOf(value: Json | undefined, key: string): readonly JsonObject[] {
  const field = isObject(value) ? value[key] : undefined;
  return Array.isArray(field) ? field.filter(isObject) : [];
}

export function objectOf(value: Json | undefined, key: string): JsonObject {
  const field = isObject(value) ? value[key] : undefined;
  return isObject(field) ? field : {};
}

/** Parses a text that was written by this service or by one of its clients; `undefined` when it is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
