import type { Json } from '@leadline/domain'
import { type Explain, told } from '../explain.ts'
import { compileWrittenPattern } from '../judge/written-pattern.ts'
import { suggestion } from '../nearest-name.ts'
import { SyntaxMistake } from '../syntax-mistake.ts'
import type { KnownNames } from '../template/names.ts'
import { compileTemplate } from '../template.ts'
import { textOf } from '../text-of.ts'
import { compileViewPath, isViewRoot, type View, type ViewReader } from '../view.ts'
import type { RuleOperator } from './operator.ts'
import { operatorNamed, ruleOperators } from './operators.ts'
import { endsOf } from './order-operators.ts'

/** One comparison. */
export interface RuleSpec {
  /** A path of the view (`lead.state`; a single name is a field of the lead), or a template. */
  readonly lhv: string
  readonly op: string
  /** What to compare with; texts may be templates. */
  readonly rhv?: Json | undefined
}

export type RuleAnswer =
  | { readonly type: 'pass' }
  /** `reason`: the rule that failed in words, without the lead's values. */
  | { readonly type: 'fail'; readonly reason: string }

/** A rule or set of rules, ready to be asked for one lead after the other. */
export type Rules = (view: View) => RuleAnswer

export interface RuleOptions extends KnownNames {
  /** Told of each rule that is asked, and whether it held. */
  readonly explain?: Explain | undefined
}

export const passed: RuleAnswer = { type: 'pass' }

/** Throws `SyntaxMistake` for what cannot mean anything. */
export function compileRule(spec: RuleSpec, known: RuleOptions = {}): Rules {
  const operator = operatorNamed(spec.op)
  if (operator === undefined) {
    throw new SyntaxMistake(`"${spec.op}" is not an operator${suggestion(spec.op, ruleOperators)}`, spec.op, 0)
  }
  checkWanted(spec, operator)
  const read = leftReader(spec.lhv, known)
  const wanted = wantedReader(spec.rhv, known)
  const reason = demandOf(spec, operator)
  const failed: RuleAnswer = { type: 'fail', reason }
  const test = wanted === undefined ? operator.against(spec.rhv) : undefined
  const asked = (view: View): boolean => (test ?? operator.against(wanted?.(view)))(read(view))
  const holds = told(reason, asked, known.explain)
  return (view) => (holds(view) ? passed : failed)
}

function leftReader(lhv: string, known: KnownNames): ViewReader {
  if (lhv.includes('{{')) return compileTemplate(lhv, 'text', known).typed
  const path = lhv.trim()
  if (path.includes('.') || isViewRoot(path) || known.names?.includes(path)) {
    return known.unknown === 'blank' || known.names?.includes(path.split('.')[0] ?? '')
      ? compileTemplate(`{{${path}}}`, 'text', known).typed
      : compileViewPath(path)
  }
  return compileViewPath(`lead.${path}`)
}

/** Undefined when it is the same for every lead. */
function wantedReader(rhv: Json | undefined, known: KnownNames): ViewReader | undefined {
  if (typeof rhv === 'string' && rhv.includes('{{')) return compileTemplate(rhv, 'text', known).typed
  if (!Array.isArray(rhv) || !rhv.some((item) => typeof item === 'string' && item.includes('{{'))) return undefined
  const items = rhv.map((item) => wantedReader(item, known) ?? (() => item))
  return (view) => items.map((item) => item(view) ?? null)
}

function checkWanted({ op, rhv }: RuleSpec, { needs }: RuleOperator): void {
  const mistake = (what: string): SyntaxMistake => new SyntaxMistake(`"${op}" ${what}`, op, 0)
  if (needs === 'nothing') {
    if (rhv !== undefined && rhv !== null && rhv !== '') throw mistake('takes no value')
    return
  }
  if (rhv === undefined || rhv === null) throw mistake('needs a value')
  if (needs === 'list' && (!Array.isArray(rhv) || rhv.length === 0)) throw mistake('needs a list of values')
  const dynamic = JSON.stringify(rhv).includes('{{')
  if (needs === 'bounds' && !dynamic && endsOf(rhv) === undefined) throw mistake('needs two ends: "40-45"')
  if (needs !== 'pattern' || dynamic) return
  const compiled = compileWrittenPattern(textOf(rhv))
  if (compiled.type === 'refused') throw mistake(`cannot be asked: ${compiled.why}`)
}

/** `lead.first_name` must be equal to → "First Name must be equal to Ann". */
function demandOf({ lhv, rhv }: RuleSpec, { demand, needs }: RuleOperator): string {
  const wanted = Array.isArray(rhv) ? rhv.map((item) => textOf(item)).join(', ') : textOf(rhv)
  return needs === 'nothing' || wanted === '' ? `${labelOf(lhv)} ${demand}` : `${labelOf(lhv)} ${demand} ${wanted.slice(0, 200)}`
}

function labelOf(path: string): string {
  return path
    .replace(/^\s*\{\{\s*|\s*\}\}\s*$/g, '')
    .replace(/^lead\./, '')
    .split(/[._]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')
}
