export { includes } from './compare.ts'
export type { Decision, Explain } from './explain.ts'
export { admitUnderCap, type CapDecision, type CapPeriod, type CapSpec, capKey, capPeriods, releaseFromCap } from './gates/cap.ts'
export { compileHours, type Hours, type HoursSpec, type Weekday, weekdays, withinHours } from './gates/hours.ts'
export { compilePricing, type PriceSpec, type Pricing } from './gates/pricing.ts'
export * from './judge/index.ts'
export { type CompiledPattern, compileLinearPattern, type LinearPattern } from './linear-pattern.ts'
export { compileMappings, type Mapped, type MappingSpec, type Mappings } from './mapping/mapping.ts'
export { readMapping } from './mapping/mapping-text.ts'
export { suggestion } from './nearest-name.ts'
export type { TemplateContext } from './place.ts'
export { compileRule, type RuleAnswer, type RuleSpec, type Rules } from './rules/rule.ts'
export { type ConditionSpec, compileRules, type RuleSetSpec, type RulesSpec } from './rules/rule-set.ts'
export { SyntaxMistake } from './syntax-mistake.ts'
export { compileTemplate, type Template, type TemplateOptions } from './template.ts'
export { textOf } from './text-of.ts'
export {
  isTyped,
  plainOf,
  type TypedParts,
  type TypedValue,
  typedValue,
  type Value,
  type ValueObject,
} from './typed-value.ts'
export type { FieldType, Given, Reading } from './types/field-type.ts'
export { type DeclaredField, type FieldTypes, fieldTypes, standardFieldTypes } from './types/field-types.ts'
export { maskLeadText, sensitiveTexts } from './types/mask-lead.ts'
export { maskObject, maskTyped, starred } from './types/mask-value.ts'
export { type OwnType, ownType } from './types/own-type.ts'
export { type FullName, parseFullName } from './types/parse-full-name.ts'
export { parseType } from './types/parse-type.ts'
export { standardTypeOf } from './types/standard-fields.ts'
export { standardTypes } from './types/standard-types.ts'
export { type TypedLead, typeLead } from './types/typed-lead.ts'
export { typedView } from './types/typed-view.ts'
export { UnfitValue } from './unfit-value.ts'
export type { View } from './view.ts'
