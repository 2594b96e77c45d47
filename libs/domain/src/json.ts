/**
 * A number whose digits a double cannot hold (an id beyond 2^53, say), kept as its source text.
 * It is the engine's own `JSON.rawJSON` value, so `JSON.stringify` writes the digits back unchanged.
 */
export interface ExactNumber {
  readonly rawJSON: string
}

export type Json = null | boolean | number | string | ExactNumber | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [name: string]: Json
}

/** The look for the name comes first: it is a lot cheaper. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return typeof value === 'object' && value !== null && 'rawJSON' in value && isRawJson(value)
}

/** True for a JSON object: not null, not an array, not an exact number. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value)
}

// `JSON.isRawJSON` is in Node 24 but not yet in TypeScript's libraries.
const isRawJson = (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON
