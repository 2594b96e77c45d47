import { connectors } from '@leadline/connectors'
import { z } from 'zod'
import { flowSchema, stepSchema } from './flow-schema.ts'

/**
 * What editors need to complete and check flow files (JSON Schema, draft 7): the shape that flows are loaded by, and under `with` the settings
 * of the connector that a step uses. What a schema cannot say (templates, rules in words, names used twice) only the loader finds.
 */
export function flowJsonSchema(): Readonly<Record<string, unknown>> {
  const [first, ...others] = [...connectors.values()].map(({ id, docs, settings }) =>
    stepSchema.extend({ uses: z.literal(id).describe(docs), with: settings }),
  )
  if (first === undefined) throw new Error('no connector is registered')
  const whole = flowSchema.extend({ steps: z.array(z.discriminatedUnion('uses', [first, ...others])).min(1) })
  return { title: 'A Leadline flow', ...z.toJSONSchema(whole, { target: 'draft-7', io: 'input', unrepresentable: 'any' }) }
}
