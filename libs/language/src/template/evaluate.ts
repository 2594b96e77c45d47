import type { Value } from '../typed-value.ts'
import type { View } from '../view.ts'

/** Where an `#each` stands; `outer` is the one around it. */
export interface Loop {
  readonly items: readonly Value[]
  readonly keys: readonly string[] | undefined
  index: number
  readonly outer: Loop | undefined
  readonly budget: Budget
}

/** How many turns all loops of one rendering may still take together. */
export interface Budget {
  turns: number
}

/** An expression, ready to be read for one lead after the other. */
export type Evaluate = (view: View, loop: Loop | undefined) => Value | undefined
