import { parseFullName as parse } from '@leadline/language'
import { textIn } from '../given.ts'
import type { Op } from '../op.ts'

export const parseFullName: Op = (given) => ({ ...parse(textIn(given, 'value')) })
