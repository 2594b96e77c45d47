import type { Json, JsonObject } from '@leadline/domain'

const typeName: unique symbol = Symbol('type')
const outgoing: unique symbol = Symbol('outgoing')

/** A value read by a field type: what is sent (`normal`), what came (`raw`), and what is known of it (`components`). Never thrown away: an unreadable one has `valid: false`. */
export interface TypedValue {
  readonly [typeName]: string
  /** What `plainOf` gives without a look at the rest. */
  readonly [outgoing]?: Json
  /** The value as it goes out; null when there is none. */
  readonly normal: Json
  readonly raw: Json
  readonly valid: boolean
  /** Starred already when it came, or of a type that is never shown. */
  readonly masked: boolean
  /** By name: `area`, `domain`, `zip` … */
  readonly components: JsonObject
}

/** What templates and rules work on: JSON, in which any value may have been read by a type. */
export type Value = Json | TypedValue | readonly Value[] | ValueObject

export interface ValueObject {
  readonly [name: string]: Value
}

export interface TypedParts {
  readonly normal: Json
  readonly raw: Json
  readonly valid: boolean
  readonly masked?: boolean
  readonly components?: JsonObject
}

export function typedValue(type: string, { normal, raw, valid, masked = false, components = {} }: TypedParts): TypedValue {
  return { [typeName]: type, normal, raw, valid, masked, components }
}

/** A value that has its outgoing form already; it is read by its type only when somebody asks for more than that. */
export function lazyTypedValue(type: string, plain: Json, read: () => TypedValue): TypedValue {
  return new LazyTypedValue(type, plain, read)
}

// A class, because an object literal with accessors costs thirty times as much to make, and one is made for each field that is read.
class LazyTypedValue implements TypedValue {
  readonly [typeName]: string
  readonly [outgoing]: Json
  readonly #read: () => TypedValue
  #known: TypedValue | undefined

  constructor(type: string, plain: Json, read: () => TypedValue) {
    this[typeName] = type
    this[outgoing] = plain
    this.#read = read
  }

  #typed(): TypedValue {
    this.#known ??= this.#read()
    return this.#known
  }

  get normal(): Json {
    return this.#typed().normal
  }

  get raw(): Json {
    return this.#typed().raw
  }

  get valid(): boolean {
    return this.#typed().valid
  }

  get masked(): boolean {
    return this.#typed().masked
  }

  get components(): JsonObject {
    return this.#typed().components
  }
}

/** Also tells typed values from a lead's own objects, which may have a field `normal`. */
export function isTyped(value: Value | undefined): value is TypedValue {
  return typeof value === 'object' && value !== null && typeName in value
}

export function typeOf(value: TypedValue): string {
  return value[typeName]
}

/** The JSON that goes out: the normal form, and what came when it could not be read. */
export function plainOf(value: TypedValue): Json {
  return value[outgoing] ?? (value.valid ? value.normal : value.raw)
}
