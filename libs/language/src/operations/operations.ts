import { checkHelpers, checkMethods } from './checks.ts'
import { cuttingHelpers, cuttingMethods } from './cutting.ts'
import { dateHelpers, dateMethods } from './dates.ts'
import { digestHelpers } from './digests.ts'
import { documentHelpers, documentMethods } from './documents.ts'
import { listHelpers, listMethods } from './lists.ts'
import { numberHelpers, numberMethods } from './numbers.ts'
import type { Operation } from './operation.ts'
import { paddingMethods } from './padding.ts'
import { replacingHelpers, replacingMethods } from './replacing.ts'
import { searchingHelpers, searchingMethods } from './searching.ts'
import { textCaseHelpers, textCaseMethods } from './text-case.ts'

const helperList: readonly Operation[] = [
  ...checkHelpers,
  ...cuttingHelpers,
  ...dateHelpers,
  ...digestHelpers,
  ...documentHelpers,
  ...listHelpers,
  ...numberHelpers,
  ...replacingHelpers,
  ...searchingHelpers,
  ...textCaseHelpers,
]

const methodList: readonly Operation[] = [
  ...checkMethods,
  ...cuttingMethods,
  ...dateMethods,
  ...documentMethods,
  ...listMethods,
  ...numberMethods,
  ...paddingMethods,
  ...replacingMethods,
  ...searchingMethods,
  ...textCaseMethods,
]

const byName = (list: readonly Operation[]): ReadonlyMap<string, Operation> => new Map(list.map((one) => [one.name, one]))

/** By which name a template means what: helpers and pipes as integrators know them, methods as JavaScript has them; each falls back to the other. */
export const helpers: ReadonlyMap<string, Operation> = new Map([...byName(methodList), ...byName(helperList)])
export const methods: ReadonlyMap<string, Operation> = new Map([...byName(helperList), ...byName(methodList)])
