import { LeadlineError } from '@leadline/domain'
import {
  type CapSpec,
  compileHours,
  compileMappings,
  compilePricing,
  compileRules,
  type PriceSpec,
  type Pricing,
  type RuleSetSpec,
  type Rules,
} from '@leadline/language'
import type { FlowDefinition } from './flow-schema.ts'
import type { CapsDefinition } from './gate-schema.ts'
import type { Gates } from './gates.ts'

/** The gates of a flow by source, compiled; sources without any are left out, so that their leads pay nothing. */
export function buildGates(flow: FlowDefinition): ReadonlyMap<string, Gates> {
  const hours = flow.hours === undefined ? null : compileHours({ ...flow.hours, timezone: flow.timezone })
  const gates = Object.entries(flow.sources).map(([name, source]): [string, Gates] => [
    name,
    {
      mappings: [source.mapping, flow.mapping].filter(({ length }) => length > 0).map((specs) => compileMappings(specs)),
      acceptance: acceptanceOf([flow.acceptance, source.acceptance].filter((rules) => rules !== undefined)),
      pricing: pricingOf([...(flow.pricing ?? []), ...(source.pricing ?? [])]),
      caps: [...buildCaps(source.caps, 'source', flow.timezone), ...buildCaps(flow.caps, 'flow', flow.timezone)],
      hours,
    },
  ])
  return new Map(gates.filter(([, each]) => !isOpen(each)))
}

export function buildCaps(caps: CapsDefinition, scope: CapSpec['scope'], timezone: string): readonly CapSpec[] {
  return caps.map(({ max, per }) => ({ max, per, scope, timezone }))
}

function isOpen({ mappings, acceptance, pricing, caps, hours }: Gates): boolean {
  return mappings.length === 0 && acceptance === null && pricing === null && caps.length === 0 && hours === null
}

/** Rules that cannot be asked for a lead (it makes them grow too large) do not hold for it. */
function acceptanceOf(rules: readonly RuleSetSpec[]): Rules | null {
  if (rules.length === 0) return null
  const ask = compileRules({ op: 'and', rules })
  return (view) => {
    try {
      return ask(view)
    } catch (thrown) {
      return { type: 'fail', reason: mistakeOf(thrown).message }
    }
  }
}

/** A price that cannot be made for a lead is none. */
function pricingOf(specs: readonly PriceSpec[]): Pricing | null {
  if (specs.length === 0) return null
  const price = compilePricing(specs)
  return (view) => {
    try {
      return price(view)
    } catch (thrown) {
      mistakeOf(thrown)
      return null
    }
  }
}

function mistakeOf(thrown: unknown): LeadlineError {
  if (thrown instanceof LeadlineError) return thrown
  throw thrown
}
