import { textOf } from '../text-of.ts'
import type { Value } from '../typed-value.ts'
import type { View } from '../view.ts'
import { bounded, type Operand, type Operation } from './operation.ts'

type Change = (text: string, operands: readonly Operand[], view: View) => Value | undefined

/** An operation on text: nothing stays nothing, a list is changed item by item only where the operation says so. */
export function textOperation(
  name: string,
  operands: readonly string[],
  change: Change,
  patterns?: readonly string[],
): Operation {
  return {
    name,
    operands,
    ...(patterns !== undefined && { patterns }),
    run: (subject, given, view) => {
      if (subject === undefined || subject === null) return undefined
      const changed = change(textOf(subject), given, view)
      return typeof changed === 'string' ? bounded(changed) : changed
    },
  }
}
