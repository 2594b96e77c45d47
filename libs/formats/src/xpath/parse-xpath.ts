import { functionNames } from './functions.ts'
import { type Axis, axes, type Comparison, type Expression, type NodeTest, type Step } from './syntax.ts'
import { type Token, tokensOf, XPathMistake } from './tokens.ts'

/** An XPath 1.0 expression, prefixes of names dropped. Throws `XPathMistake`. */
export function parseXPath(path: string): Expression {
  const tokens = tokensOf(path)
  let at = 0
  let depth = 0
  const here = (offset = 0): Token => tokens[at + offset] ?? { type: 'end', text: '' }
  const isSign = (text: string, offset = 0) => here(offset).type === 'sign' && here(offset).text === text
  const wrong = (): XPathMistake => {
    const { type, text } = here()
    return new XPathMistake(`${type === 'end' ? 'the end' : `"${text}"`} is not expected there in the XPath "${path}"`)
  }
  const take = (text: string): boolean => {
    if (!isSign(text)) return false
    at += 1
    return true
  }
  const need = (text: string): void => {
    if (!take(text)) throw wrong()
  }
  const word = (text: string): boolean => {
    if (here().type !== 'name' || here().text !== text) return false
    at += 1
    return true
  }

  function expression(): Expression {
    depth += 1
    if (depth > 20) throw new XPathMistake(`the XPath "${path}" is nested too deeply`)
    let left = conjunction()
    while (word('or')) left = { type: 'logic', by: 'or', left, right: conjunction() }
    depth -= 1
    return left
  }

  function conjunction(): Expression {
    let left = comparison()
    while (word('and')) left = { type: 'logic', by: 'and', left, right: comparison() }
    return left
  }

  function comparison(): Expression {
    let left = sum()
    for (let by = comparisonAt(); by !== undefined; by = comparisonAt()) {
      at += 1
      left = { type: 'compare', by, left, right: sum() }
    }
    return left
  }

  function comparisonAt(): Comparison | undefined {
    return comparisons.find((by) => isSign(by))
  }

  function sum(): Expression {
    let left = union()
    for (let by = sumAt(); by !== undefined; by = sumAt()) {
      at += 1
      left = { type: 'sum', by, left, right: union() }
    }
    return left
  }

  function sumAt(): '+' | '-' | undefined {
    return isSign('+') ? '+' : isSign('-') ? '-' : undefined
  }

  function union(): Expression {
    let left = primary()
    while (take('|')) left = { type: 'union', left, right: primary() }
    return left
  }

  function primary(): Expression {
    const token = here()
    if (token.type === 'text' || token.type === 'number') {
      at += 1
      return token.type === 'text' ? { type: 'text', text: token.text } : { type: 'number', number: Number(token.text) }
    }
    if (isSign('-') && here(1).type === 'number') {
      at += 2
      return { type: 'number', number: -Number(here(-1).text) }
    }
    if (isSign('(')) return filtered(group())
    return token.type === 'name' && isSign('(', 1) && !nodeTypes.has(token.text) ? filtered(call()) : locationPath()
  }

  function group(): Expression {
    need('(')
    const inner = expression()
    need(')')
    return inner
  }

  function call(): Expression {
    const name = here().text.replace(/^.*:/, '')
    if (!functionNames.has(name)) throw new XPathMistake(`there is no function "${name}" for the XPath "${path}"`)
    at += 1
    need('(')
    const args: Expression[] = []
    while (!isSign(')')) {
      if (args.length > 0) need(',')
      args.push(expression())
    }
    need(')')
    return { type: 'call', name, args }
  }

  function filtered(of: Expression): Expression {
    const predicates = predicatesHere()
    const from: Expression = predicates.length === 0 ? of : { type: 'filter', of, predicates }
    if (take('//')) return { type: 'path', from, steps: relativeSteps([anywhere]) }
    return take('/') ? { type: 'path', from, steps: relativeSteps([]) } : from
  }

  function locationPath(): Expression {
    if (take('//')) return { type: 'path', from: 'root', steps: relativeSteps([anywhere]) }
    if (!take('/')) return { type: 'path', from: 'here', steps: relativeSteps([]) }
    return { type: 'path', from: 'root', steps: startsStep() ? relativeSteps([]) : [] }
  }

  function startsStep(): boolean {
    return here().type === 'name' || ['@', '.', '..', '*'].some((sign) => isSign(sign))
  }

  function relativeSteps(before: readonly Step[]): Step[] {
    const steps = [...before, step()]
    for (;;) {
      if (take('//')) steps.push(anywhere)
      else if (!take('/')) return steps
      steps.push(step())
    }
  }

  function step(): Step {
    if (take('.')) return { axis: 'self', test: { type: 'node' }, predicates: predicatesHere() }
    if (take('..')) return { axis: 'parent', test: { type: 'node' }, predicates: predicatesHere() }
    const axis = axisHere()
    return { axis, test: nodeTest(), predicates: predicatesHere() }
  }

  function axisHere(): Axis {
    if (take('@')) return 'attribute'
    if (!isSign('::', 1)) return 'child'
    const axis = axes.find((name) => name === here().text)
    if (axis === undefined) throw new XPathMistake(`there is no axis "${here().text}" for the XPath "${path}"`)
    at += 2
    return axis
  }

  function nodeTest(): NodeTest {
    if (take('*')) return { type: 'any' }
    const { type, text } = here()
    if (type !== 'name') throw wrong()
    at += 1
    if (!isSign('(')) return text.endsWith(':*') ? { type: 'any' } : { type: 'name', name: text.replace(/^.*:/, '') }
    need('(')
    need(')')
    if (text !== 'text' && text !== 'node') throw new XPathMistake(`${text}() cannot be selected by the XPath "${path}"`)
    return { type: text }
  }

  function predicatesHere(): Expression[] {
    const predicates: Expression[] = []
    while (take('[')) {
      predicates.push(expression())
      need(']')
    }
    return predicates
  }

  const whole = expression()
  if (here().type !== 'end') throw wrong()
  return whole
}

const comparisons = ['=', '!=', '<=', '>=', '<', '>'] as const
const nodeTypes = new Set(['text', 'node', 'comment', 'processing-instruction'])
const anywhere: Step = { axis: 'descendant-or-self', test: { type: 'node' }, predicates: [] }
