export { compareLoosely, includes, isBlank, looselyEqual } from './compare.ts'
export { type Condition, type ConditionSpec, compileCondition, conditionOperators } from './condition.ts'
export { percentEncode, UnfitValue } from './escape.ts'
export { type CompiledPattern, compileLinearPattern, type LinearPattern } from './linear-pattern.ts'
export { nearestName, suggestion } from './nearest-name.ts'
export { compilePath, type PathReader } from './path.ts'
export type { TemplateContext } from './place.ts'
export { SyntaxMistake } from './syntax-mistake.ts'
export { compileTemplate, type Template } from './template.ts'
export { textOf } from './text-of.ts'
export {
  isTyped,
  plainOf,
  type TypedParts,
  type TypedValue,
  typedValue,
  typeOf,
  type Value,
  type ValueObject,
} from './typed-value.ts'
export { compileViewPath, type View, type ViewReader } from './view.ts'
