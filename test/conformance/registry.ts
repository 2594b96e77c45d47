import type { Op } from './op.ts'
import { maskObject } from './ops/mask-object.ts'
import { maskType } from './ops/mask-type.ts'
import { parseFullName } from './ops/parse-full-name.ts'
import { parseType } from './ops/parse-type.ts'
import { parseTypeTwice } from './ops/parse-type-twice.ts'
import { variableType } from './ops/variable-type.ts'

/** Each operation that cases may ask for, by its name there. One file under `ops/` and one line here. */
export const ops: Readonly<Record<string, Op>> = {
  mask_object: maskObject,
  mask_type: maskType,
  parse_full_name: parseFullName,
  parse_type: parseType,
  parse_type_twice: parseTypeTwice,
  variable_type: variableType,
}
