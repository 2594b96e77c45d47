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

const slabBytes = 256 * 1024

/**
 * Events are written one behind the other into slabs, and what is returned is the place in the slab: no event is copied, and a slab
 * goes when the last of its events has been written to the log.
 */
export function openAvroWriter(): AvroWriter {
  let slab = Buffer.allocUnsafeSlow(slabBytes)
  let used = 0
  return (schema, prefix, event) => {
    for (;;) {
      const end = encodeInto(schema, event, slab, used + prefix.length)
      if (end >= 0) {
        prefix.copy(slab, used)
        const written = slab.subarray(used, end)
        used = end
        return written
      }
      // What is missing is known only now; a record that needs a slab of its own gets one of its size.
      slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, slab.length - used - end))
      used = 0
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
