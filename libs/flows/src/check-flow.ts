import { type CheckLimits, configIssues, connectors } from '@leadline/connectors'
import { suggestion } from '@leadline/language'
import { fieldIssues } from './field-issues.ts'
import type { FlowFile } from './flow-file.ts'
import { type FlowDefinition, flowSchema } from './flow-schema.ts'
import type { Issue, Mistake } from './mistake.ts'

export type CheckedFlow =
  | { readonly type: 'usable'; readonly definition: FlowDefinition }
  | { readonly type: 'broken'; readonly mistakes: readonly Mistake[] }

/** Checks a flow's values: its own shape, then each step against its connector, within `limits`. All mistakes at once. */
export function checkFlow(source: FlowFile, value: unknown, limits?: CheckLimits): CheckedFlow {
  const parsed = flowSchema.safeParse(value)
  const issues = parsed.success ? ownIssues(parsed.data) : configIssues(flowSchema, value)
  const all = [...issues, ...connectorIssues(value, limits)]
  if (parsed.success && all.length === 0) return { type: 'usable', definition: parsed.data }
  const mistakes = all.filter((issue) => !isEcho(issue, all)).map((issue) => locate(source, issue))
  return { type: 'broken', mistakes: mistakes.sort((a, b) => a.line - b.line || a.column - b.column) }
}

/** What is wrong inside of a field is told there, and not once more by what it makes unusable around it. */
function isEcho({ path, message }: Issue, all: readonly Issue[]): boolean {
  return all.some((other) => {
    const isInside = other.path.length > path.length && path.every((part, index) => part === other.path[index])
    return isInside && withoutPlace(other.message) === withoutPlace(message)
  })
}

function withoutPlace(message: string): string {
  return message.replace(/ \(line \d+, column \d+\)$/, '')
}

function locate(source: FlowFile, { path, message, place }: Issue): Mistake {
  const exact = place === undefined ? undefined : source.placeWithin(path, place)
  if (exact === undefined) return { file: source.file, ...source.placeOf(path), path, message }
  // The place in the file says more than the one in the text.
  return { file: source.file, ...exact, path, message: withoutPlace(message) }
}

function ownIssues(definition: FlowDefinition): Issue[] {
  return [...nameIssues(definition), ...orderIssues(definition), ...fieldIssues(definition.fields, definition.types)]
}

function orderIssues({ steps, orderBy }: FlowDefinition): Issue[] {
  if (orderBy !== undefined) return []
  return steps.flatMap(({ order }, index): Issue[] =>
    order === 'follow'
      ? [{ path: ['steps', index, 'order'], message: 'needs orderBy in the flow: the field whose leads follow each other' }]
      : [],
  )
}

function nameIssues({ steps }: FlowDefinition): Issue[] {
  const appends = steps.map((step) => step.append ?? step.name)
  return steps.flatMap((step, index): Issue[] => {
    if (steps.findIndex((other) => other.name === step.name) < index) {
      return [{ path: ['steps', index, 'name'], message: `a step named "${step.name}" is there already` }]
    }
    if (appends.indexOf(appends[index] ?? '') === index) return []
    return [
      {
        path: ['steps', index, step.append === undefined ? 'name' : 'append'],
        message: `an earlier step appends as "${appends[index]}"`,
      },
    ]
  })
}

/** Looks at the raw value, so that a step's configuration is checked even when something else of the flow is wrong. */
function connectorIssues(value: unknown, limits: CheckLimits | undefined): Issue[] {
  return list(property(value, 'steps')).flatMap((step, index): Issue[] => {
    const uses = property(step, 'uses')
    if (typeof uses !== 'string') return []
    const connector = connectors.get(uses)
    if (connector === undefined) {
      return [
        { path: ['steps', index, 'uses'], message: `there is no connector "${uses}"${suggestion(uses, [...connectors.keys()])}` },
      ]
    }
    return connector
      .check(property(step, 'with') ?? {}, limits)
      .map((issue) => ({ ...issue, path: ['steps', index, 'with', ...issue.path] }))
  })
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
