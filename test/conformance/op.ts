import type { Json, JsonObject } from '@leadline/domain'

/** Runs what a case gives through the product and says, in the case's words, what came out. */
export type Op = (given: JsonObject) => Json | undefined | Promise<Json | undefined>
