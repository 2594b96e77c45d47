import { createHash } from 'node:crypto'
import { type ConnectorTools, connectors } from '@leadline/connectors'
import { LeadlineError } from '@leadline/domain'
import { compileRules } from '@leadline/language'
import { buildFields } from './build-fields.ts'
import { buildCaps, buildGates } from './build-gates.ts'
import type { Flow, Source, SourceAuth, Step } from './flow.ts'
import type { FlowDefinition, StepDefinition } from './flow-schema.ts'

/** A flow ready to walk, from a definition that was checked. `written` is the file's value before the environment was put in. */
export function buildFlow(definition: FlowDefinition, written: unknown, file: string, tools: ConnectorTools): Flow {
  const { flow: name, title, sources, dedupe, orderBy, fields, types, settings, timezone, steps } = definition
  return {
    name,
    title: title ?? name,
    version: versionOf(written),
    file,
    sources: new Map(Object.entries(sources).map(([key, source]) => [key, sourceOf(key, source)])),
    orderBy: orderBy ?? null,
    fields: buildFields(fields, types),
    settings,
    gates: buildGates(definition),
    dedupe: dedupe === undefined ? null : { fields: dedupe.fields, windowMs: dedupe.window },
    steps: steps.map((step) => buildStep(step, timezone, tools)),
  }
}

function sourceOf(name: string, { title, auth, answer }: FlowDefinition['sources'][string]): Source {
  return { name, title: title ?? name, auth, ...(answer !== undefined && { answer }) }
}

function buildStep(step: StepDefinition, timezone: string, tools: ConnectorTools): Step {
  const connector = connectors.get(step.uses)
  if (connector === undefined) throw new LeadlineError('CONFIGURATION', `there is no connector "${step.uses}"`)
  const { connect, firstByte, total } = step.timeouts
  const limits = {
    ...tools.limits,
    connectMs: connect ?? tools.limits.connectMs,
    firstByteMs: firstByte ?? tools.limits.firstByteMs,
    totalMs: total ?? tools.limits.totalMs,
  }
  return {
    name: step.name,
    connector: connector.id,
    connectorRevision: connector.revision,
    ...(step.when !== undefined && { when: compileRules(step.when, { explain: tools.explain }) }),
    role: connector.role,
    pool: step.pool,
    append: step.append ?? step.name,
    retry: step.retry,
    onError: step.onError,
    onFailure: step.onFailure,
    order: step.order,
    limits: {
      concurrency: step.limits.concurrency ?? null,
      ratePerSecond: step.limits.rate ?? null,
      quota: step.limits.quota ?? null,
    },
    caps: buildCaps(step.caps, 'step', timezone),
    action: connector.compile(step.with, { ...tools, limits }),
  }
}

/** Values of a definition that must never be shown, besides those of the environment. */
export function secretsOf({ sources }: FlowDefinition): readonly string[] {
  return Object.values(sources).flatMap(({ auth }) => authSecrets(auth))
}

function authSecrets(auth: SourceAuth): readonly string[] {
  switch (auth.type) {
    case 'none':
      return []
    case 'api-key':
      return auth.keys
    case 'basic':
      return [auth.password]
  }
}

/** First 12 hex digits of the hash of the values; the order of keys, comments and layout do not count. */
function versionOf(written: unknown): string {
  const canonical = JSON.stringify(written, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return createHash('sha256').update(canonical).digest('hex').slice(0, 12)
}
