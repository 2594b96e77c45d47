import { type Json, LeadlineError } from '@leadline/domain'
import type avro from 'avsc'
import type { EventName } from './events.ts'
import type { EventSchema } from './schemas.ts'
import { avroType } from './schemas.ts'
import { openBoundsCheck } from './wire-bounds.ts'

/** Reads the Avro bodies that one writer's schema makes, as today's event. Throws when the bytes are no such body. */
export interface AvroReader {
  readonly event: EventName
  read(body: Buffer): unknown
}

/** Throws what avsc throws when today's schema cannot read the writer's. */
export function openAvroReader(current: EventSchema, writer: Json): AvroReader {
  const writerType = avroType(writer)
  const resolver = current.type.createResolver(writerType)
  const same = current.type.equals(writerType)
  const checkBounds = openBoundsCheck(writer)
  return {
    event: current.event,
    read(body) {
      checkBounds?.(body)
      return same ? current.type.fromBuffer(body) : current.type.fromBuffer(body, resolver)
    },
  }
}

/** Writes events as `prefix` and Avro body in one buffer. */
export type AvroWriter = (schema: EventSchema, prefix: Buffer, event: object) => Buffer

/** The writer keeps one growing buffer to encode into: avsc's own copies twice. */
export function openAvroWriter(): AvroWriter {
  let scratch = Buffer.allocUnsafe(8 * 1024)
  return (schema, prefix, event) => {
    for (;;) {
      const end = encodeInto(schema, event, scratch, prefix.length)
      if (end >= 0) {
        prefix.copy(scratch)
        return Buffer.from(scratch.subarray(0, end))
      }
      scratch = Buffer.allocUnsafe((scratch.length - end) * 2)
    }
  }
}

/** Throws RECORD_INVALID, naming the first field whose value its schema does not allow. */
export function invalidEvent(event: EventName, type: avro.Type, value: unknown, cause?: unknown): LeadlineError {
  const wrong: string[] = []
  type.isValid(value, { errorHook: (path) => wrong.push(path.join('.')) })
  const field = wrong[0] ?? 'value'
  return new LeadlineError('RECORD_INVALID', `${event}: ${field} is not what its schema says`, {
    cause,
    fields: { event, field },
  })
}

function encodeInto(schema: EventSchema, event: object, buffer: Buffer, at: number): number {
  try {
    return schema.type.encode(event, buffer, at)
  } catch (cause) {
    throw invalidEvent(schema.event, schema.type, event, cause)
  }
}
