import { isJsonObject, type Json } from '@leadline/domain'
import { compilePricing, type PriceSpec } from '@leadline/language'
import type { Op } from '../op.ts'
import { rulesIn } from '../rules-in.ts'
import { viewIn } from '../view-in.ts'

export const evalPricing: Op = (given) => {
  const rules = given['rules']
  const pricing = compilePricing(Array.isArray(rules) ? rules.map(priceIn) : [], { unknown: 'blank' })
  return { price: pricing(viewIn(given)) ?? 0 }
}

function priceIn(rule: Json): PriceSpec {
  if (!isJsonObject(rule)) throw new Error('the case gives no price')
  const { price, if: words, rule_set: set } = rule
  const rules = words ?? set
  return { price: typeof price === 'number' ? price : String(price), ...(rules !== undefined && { if: rulesIn(rules) }) }
}
