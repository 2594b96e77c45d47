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

export interface AvroWriter {
  /** The event as `prefix` and Avro body in one buffer. */
  write(schema: EventSchema, prefix: Buffer, event: object): Buffer
  /** What was written is needed no more: later events may be written over it. To be called once for each event, or never. */
  release(written: Buffer): void
}

interface Slab {
  readonly memory: Buffer
  used: number
  /** Events in it that nobody has released. */
  held: number
}

const slabBytes = 256 * 1024
/** Slabs that are kept to be written to again, 8 MB: what a busy process has under way. More go to the garbage. */
const mostIdle = 32

/**
 * Events are written one behind the other into slabs, and what is returned is the place in the slab: no event is copied. A slab whose
 * events are all released is written to again; one of which an event was forgotten goes to the garbage.
 */
export function openAvroWriter(): AvroWriter {
  const idle: Slab[] = []
  const byMemory = new WeakMap<ArrayBufferLike, Slab>()
  let slab = openSlab(slabBytes)

  function openSlab(bytes: number): Slab {
    const opened = { memory: Buffer.allocUnsafeSlow(bytes), used: 0, held: 0 }
    byMemory.set(opened.memory.buffer, opened)
    return opened
  }

  /** What is missing is known only when an event did not fit; one that needs a slab of its own gets one of its size. */
  function nextSlab(bytes: number): Slab {
    if (slab.held === 0) keep(slab)
    return bytes <= slabBytes ? (idle.pop() ?? openSlab(slabBytes)) : openSlab(bytes)
  }

  function keep(unused: Slab): void {
    unused.used = 0
    if (unused.memory.length === slabBytes && idle.length < mostIdle) idle.push(unused)
  }

  return {
    write(schema, prefix, event) {
      for (;;) {
        const { memory, used } = slab
        const end = encodeInto(schema, event, memory, used + prefix.length)
        if (end >= 0) {
          prefix.copy(memory, used)
          slab.used = end
          slab.held++
          return memory.subarray(used, end)
        }
        slab = nextSlab(memory.length - used - end)
      }
    },
    release(written) {
      const its = byMemory.get(written.buffer)
      if (its === undefined) return
      // What is released too often would be written over while it is needed.
      if (its.held === 0) throw new Error('an encoded event was released twice')
      its.held--
      if (its.held > 0) return
      if (its === slab) its.used = 0
      else keep(its)
    },
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
