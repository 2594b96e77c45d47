import {
  type ErrorCode,
  InvalidValue,
  type JsonObject,
  type LeadId,
  LeadlineError,
  leadIdFromKey,
  parseLeadId,
  toLeadlineError,
} from '@leadline/domain'
import type { Processor } from '@leadline/engine'
import { type Codec, headers, type Topics } from '@leadline/events'
import type { Flow, Flows } from '@leadline/flows'
import { parseFields } from '@leadline/formats'
import { acceptLead, receivedRecord, traceparentOf } from '@leadline/intake'
import type { LogRecord } from '@leadline/log'
import { type Draft, rawDeadLetter, toRecord } from '@leadline/walk'
import { randomBytes } from './random-bytes.ts'

export interface SubmissionsTools {
  readonly flows: Flows
  readonly codec: Codec
  readonly topics: Topics
  readonly now: () => number
  /** Told of every decision that is on its way into the log. */
  readonly decided: (drafts: readonly Draft[]) => void
}

/**
 * Reads what high-volume sources publish straight to `submissions` (docs/submissions.md is the contract) and makes each record a received
 * lead. What breaks the contract goes to dead letters with the reason; the partition moves on.
 */
export function submissionsProcessor({ flows, codec, topics, now, decided }: SubmissionsTools): Processor {
  return {
    name: 'submissions',
    topics: [topics.submissions],
    process: async (record, context) => {
      const { flow, source } = addressee(record, flows)
      const fields = await readFields(record, codec)
      const event = acceptLead({
        flow,
        source,
        leadId: leadIdOf(record, flow, source),
        fields,
        origin: 'submission',
        receivedAt: record.timestamp,
        traceparent: traceparentOf(text(record, headers.traceparent), (count) => randomBytes(count, context.random)),
      })
      return { records: [receivedRecord(event, { codec, topics }, flow)] }
    },
    poisoned: (record, error) => {
      const reason = error.code === 'RECORD_UNDECODABLE' ? 'undecodable' : 'invalid'
      const draft: Draft = { type: 'dead-letter', event: rawDeadLetter(record, reason, error, now()) }
      decided([draft])
      return { records: [toRecord(draft, { codec, topics })] }
    },
  }
}

function addressee(record: LogRecord, flows: Flows): { readonly flow: Flow; readonly source: string } {
  const flow = flows.byName.get(required(record, headers.flow))
  if (flow === undefined) throw broken('FLOW_UNKNOWN', `no flow ${JSON.stringify(text(record, headers.flow))}`)
  const source = required(record, headers.source)
  if (!flow.sources.has(source)) throw broken('RECORD_INVALID', `flow ${flow.name} has no source ${JSON.stringify(source)}`)
  return { flow, source }
}

function required(record: LogRecord, name: string): string {
  const value = text(record, name)
  if (value === undefined || value === '') throw broken('RECORD_INVALID', `header ${name} is missing`)
  return value
}

/** JSON begins with a brace (or blank); everything else must be an Avro `submission` event. */
async function readFields({ value }: LogRecord, codec: Codec): Promise<JsonObject> {
  if (value === null || value.length === 0) throw broken('RECORD_INVALID', 'the record has no value')
  const avro = value[0] === 0x00 || (value[0] === 0xc3 && value[1] === 0x01)
  try {
    return parseFields('application/json', avro ? Buffer.from((await codec.decode('submission', value)).lead) : value)
  } catch (thrown) {
    const error = toLeadlineError(thrown)
    throw new LeadlineError('RECORD_UNDECODABLE', error.message, { cause: error, fields: error.fields })
  }
}

/** The `lead-id` header; else derived from `idempotency-key`; else from the record's place in the log. In each case the same record is the same lead. */
function leadIdOf(record: LogRecord, flow: Flow, source: string): LeadId {
  const given = text(record, headers.leadId)
  if (given !== undefined) return checkedLeadId(given)
  const place = `${record.topic}/${record.partition}/${record.offset}`
  return leadIdFromKey(flow.name, source, text(record, headers.idempotencyKey) ?? place)
}

function checkedLeadId(given: string): LeadId {
  try {
    return parseLeadId(given)
  } catch (error) {
    if (error instanceof InvalidValue) throw broken('RECORD_INVALID', `header ${headers.leadId} is not a UUID: ${error.message}`)
    throw error
  }
}

function text(record: LogRecord, name: string): string | undefined {
  return record.headers[name]?.toString('utf8')
}

function broken(code: ErrorCode, what: string): LeadlineError {
  return new LeadlineError(code, `submission refused: ${what}`)
}
