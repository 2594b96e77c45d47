/** How much of a body is read before it is refused. */
export interface JsonLimits {
  /** Deepest nesting of objects, arrays or elements. */
  readonly depth: number
  /** Most object keys, form parameters, or elements and attributes. */
  readonly keys: number
  /** Longest body, in bytes of UTF-8. */
  readonly bytes: number
}

/** Of a lead: 1 MB, 64 levels, 10,000 keys. */
export const defaultLimits: JsonLimits = { depth: 64, keys: 10_000, bytes: 1_048_576 }
