import { isExactNumber, isJsonObject, type Json, LeadlineError } from '@leadline/domain'
import { compileNesting, parseFieldPath } from '@leadline/formats'
import type { Rules } from '../rules/rule.ts'
import { compileRules, type RulesSpec } from '../rules/rule-set.ts'
import type { KnownNames } from '../template/names.ts'
import { compileTemplate } from '../template.ts'
import type { View } from '../view.ts'

/** Where a value goes, and what it is. */
export interface MappingSpec {
  /** `address.city`; digits make a list, `data{123}` a key out of digits. */
  readonly property: string
  /** Texts are templates. The text "" sets an empty text; a template that finds nothing sets nothing. */
  readonly value: Json
  readonly rules?: RulesSpec | undefined
}

/** Mappings in their order: later ones overwrite earlier ones. One that cannot be done leaves the others as they are. */
export interface Mappings {
  /** Mappings that can never work, for whoever loads them. */
  readonly mistakes: readonly FailedMapping[]
  readonly apply: (view: View) => Mapped
}

export interface FailedMapping {
  readonly index: number
  readonly property: string
  readonly why: string
}

export interface Mapped {
  readonly result: Json
  /** Mappings that failed for this lead, those that can never work included. */
  readonly failed: readonly FailedMapping[]
}

interface Mapping {
  readonly index: number
  readonly property: string
  readonly rules: Rules | undefined
  readonly read: (view: View) => Json | undefined
}

/** Compiles mappings once. Never throws: what cannot be read is in `mistakes`. */
export function compileMappings(specs: readonly MappingSpec[], known: KnownNames = {}): Mappings {
  const compiled = specs.map((spec, index) => attempt(spec.property, index, () => compileMapping(spec, index, known)))
  const mistakes = compiled.filter((one) => 'why' in one)
  const mappings = compiled.filter((one) => 'read' in one)
  const nest = compileNesting(mappings.map(({ property }) => property))
  return {
    mistakes,
    apply: (view) => {
      const values = mappings.map((mapping) =>
        attempt(mapping.property, mapping.index, () => ({ value: mappedValue(mapping, view) })),
      )
      const failed = values.filter((one) => 'why' in one)
      const result = nest(values.map((one) => ('value' in one ? one.value : undefined)))
      return { result, failed: [...mistakes, ...failed] }
    },
  }
}

function attempt<T extends object>(property: string, index: number, work: () => T): T | FailedMapping {
  try {
    return work()
  } catch (thrown) {
    if (!(thrown instanceof LeadlineError)) throw thrown
    return { index, property, why: thrown.message }
  }
}

function compileMapping({ property, value, rules }: MappingSpec, index: number, known: KnownNames): Mapping {
  parseFieldPath(property)
  const compiled = rules === undefined ? undefined : compileRules(rules, known)
  return { index, property, rules: compiled, read: compileValue(value, known) }
}

function mappedValue({ rules, read }: Mapping, view: View): Json | undefined {
  if (rules !== undefined && rules(view).type === 'fail') return undefined
  return read(view)
}

/** Undefined for what finds nothing. */
function compileValue(value: Json, known: KnownNames): (view: View) => Json | undefined {
  if (typeof value === 'string') {
    const template = compileTemplate(value, 'text', known)
    if (!template.dynamic) return () => value
    return (view) => found(template.value(view))
  }
  if (typeof value !== 'object' || value === null || isExactNumber(value)) return () => value
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(([name, member]) => [name, compileValue(member, known)] as const)
    return (view) => Object.fromEntries(members.flatMap(([name, read]) => entry(name, read(view))))
  }
  const items = value.map((item) => compileValue(item, known))
  return (view) => items.map((read) => read(view) ?? null)
}

function entry(name: string, value: Json | undefined): [string, Json][] {
  return value === undefined ? [] : [[name, value]]
}

function found(value: Json | undefined): Json | undefined {
  return value === null || value === '' ? undefined : value
}
