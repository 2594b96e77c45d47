import { isBlank } from '../compare.ts'
import { isFields, isList, unwrapped } from '../plain.ts'
import type { Value } from '../typed-value.ts'
import type { Loop } from './evaluate.ts'

const mostTurns = 100_000

/** A loop over a list, the fields of an object, or a single value; undefined when there is nothing to go through. */
export function loopOver(value: Value | undefined, outer: Loop | undefined): Loop | undefined {
  const things = unwrapped(value)
  if (things === undefined || isBlank(things)) return undefined
  const budget = outer?.budget ?? { turns: mostTurns }
  if (isList(things)) return { items: things, keys: undefined, index: 0, outer, budget }
  if (!isFields(things)) return { items: [things], keys: undefined, index: 0, outer, budget }
  const keys = Object.keys(things)
  return keys.length === 0 ? undefined : { items: Object.values(things), keys, index: 0, outer, budget }
}
