import type { Json } from '@leadline/domain'
import { z } from 'zod'

const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]),
)

/** `settings` of a flow: values that templates and rules read as `settings.…`. */
export const settingsSchema = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not a name'), json).default({})
