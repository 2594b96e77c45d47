import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ConfigIssue, Connector, ConnectorTools, StepAction } from '../connector.ts'
import { configIssues } from './config-issues.ts'
import type { Declaration, Example } from './declaration.ts'
import { isPublicUrl } from './public-url.ts'
import { callAction } from './run-call.ts'
import { unexpected } from './unexpected.ts'

/** A connector with what documentation, tests and fakes are derived from. */
export interface DeclaredConnector extends Connector {
  readonly docs: string
  /** What a step writes under `with`. */
  readonly settings: z.ZodType
  readonly ruleIds: readonly string[]
  readonly examples: readonly Example[]
}

export function defineConnector<Settings>(declaration: Declaration<Settings>): DeclaredConnector {
  const { id, title, docs, settings, action, examples } = declaration
  return {
    id,
    title,
    docs,
    settings,
    examples,
    ruleIds: action.rules.map((rule) => rule.id),
    revision: revisionOf(declaration),
    role: action.type === 'call' ? 'decides' : 'gates',
    check: (config, limits = { hosts: 'any' }) => {
      const issues = configIssues(settings, config)
      return issues.length > 0 || limits.hosts === 'any' ? issues : hostIssues(declaration, settings.parse(config))
    },
    compile: (config, tools) => actionOf(declaration, settings.parse(config), tools),
  }
}

function hostIssues<Settings>({ action }: Declaration<Settings>, settings: Settings): readonly ConfigIssue[] {
  const address = action.type === 'call' ? action.address?.(settings) : undefined
  if (address === undefined || isPublicUrl(address.url)) return []
  return [{ path: address.path, message: 'URL must be public' }]
}

function actionOf<Settings>({ action }: Declaration<Settings>, settings: Settings, tools: ConnectorTools): StepAction {
  if (action.type === 'call') return callAction(action.rules, action.prepare(settings), tools)
  const decide = action.prepare(settings, tools.explain)
  return {
    destination: null,
    async run({ view }) {
      try {
        return { ...decide(view), destination: null, exchange: null }
      } catch (thrown) {
        return unexpected(thrown)
      }
    },
  }
}

/** First 12 hex digits of the hash of all that is data in a declaration. */
function revisionOf<Settings>({ id, title, docs, edition, settings, action, examples }: Declaration<Settings>): string {
  const schema = z.toJSONSchema(settings, { unrepresentable: 'any', io: 'input' })
  const data = JSON.stringify([id, title, docs, edition, schema, action.type, action.rules, examples])
  return createHash('sha256').update(data).digest('hex').slice(0, 12)
}
