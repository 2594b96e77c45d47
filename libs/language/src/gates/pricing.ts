import { numberOf } from '../number-of.ts'
import { compileRules, type RulesSpec } from '../rules/rule-set.ts'
import type { KnownNames } from '../template/names.ts'
import { compileTemplate } from '../template.ts'
import type { View } from '../view.ts'

/** What a lead costs when the rules hold; without rules always. */
export interface PriceSpec {
  readonly if?: RulesSpec | undefined
  /** A number, or a template that makes one. */
  readonly price: number | string
}

/** The price of a lead; null when no rule gives one. All rules are asked, and the last that holds decides. */
export type Pricing = (view: View) => number | null

/** Throws `SyntaxMistake`. */
export function compilePricing(specs: readonly PriceSpec[], known: KnownNames = {}): Pricing {
  const prices = specs.map(({ if: rules, price }) => ({
    holds: rules === undefined ? undefined : compileRules(rules, known),
    price: priceReader(price, known),
  }))
  return (view) => {
    let decided: number | null = null
    for (const { holds, price } of prices) {
      if (holds === undefined || holds(view).type === 'pass') decided = price(view) ?? decided
    }
    return decided
  }
}

function priceReader(price: number | string, known: KnownNames): (view: View) => number | undefined {
  if (typeof price === 'number') return () => price
  const template = compileTemplate(price, 'text', known)
  return (view) => numberOf(template.typed(view))
}
