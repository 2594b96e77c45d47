import { isJsonObject, type Json } from '@leadline/domain'
import { compileMappings, type MappingSpec } from '@leadline/language'
import type { Op } from '../op.ts'
import { rulesIn } from '../rules-in.ts'
import { viewIn } from '../view-in.ts'

export const map: Op = (given) => {
  const mappings = given['mappings']
  const compiled = compileMappings(Array.isArray(mappings) ? mappings.map(mappingIn) : [], { unknown: 'blank' })
  return { result: compiled.apply(viewIn(given)).result }
}

function mappingIn(mapping: Json): MappingSpec {
  if (!isJsonObject(mapping) || typeof mapping['property'] !== 'string') throw new Error('the case gives no mapping')
  const { property, value = '', rule_set: set } = mapping
  return { property: String(property), value, ...(set !== undefined && { rules: rulesIn(set) }) }
}
