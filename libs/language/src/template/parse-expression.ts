import { compileLinearPattern } from '../linear-pattern.ts'
import { type BinaryOperator, binaryOperators, type Expression } from './expression.ts'
import type { Token } from './token.ts'
import { readTokens, type TokenReader } from './token-reader.ts'

/** Parses all the tokens as one expression. Throws `SyntaxMistake`. */
export function parseExpression(tokens: readonly Token[], text: string): Expression {
  const reader = readTokens(tokens, text)
  if (reader.peek().type === 'end') throw reader.mistake('an expression is empty')
  const expression = pipeline(reader)
  const rest = reader.peek()
  if (rest.type !== 'end') throw reader.mistake(`"${rest.text}" is not expected here`)
  return expression
}

/** `now - lead.birth_date | years`, `x | date: 'MM/DD', 'UTC'`: a pipe takes everything before it. */
function pipeline(reader: TokenReader): Expression {
  return reader.deeper(() => {
    let input = choice(reader)
    while (reader.takes('|')) {
      const { text, index } = reader.name()
      input = { type: 'pipe', input, name: text, operands: reader.takes(':') ? listed(reader, choice) : [], index }
    }
    return input
  })
}

function listed(reader: TokenReader, read: (reader: TokenReader) => Expression): Expression[] {
  const items = [read(reader)]
  while (reader.takes(',')) items.push(read(reader))
  return items
}

function choice(reader: TokenReader): Expression {
  return reader.deeper(() => {
    const condition = binary(reader, 0)
    if (!reader.takes('?')) return condition
    const yes = choice(reader)
    reader.expect(':')
    return { type: 'choice', condition, yes, no: choice(reader), index: condition.index }
  })
}

function binary(reader: TokenReader, strength: number): Expression {
  const operators: readonly string[] | undefined = binaryOperators[strength]
  if (operators === undefined) return unary(reader)
  let left = binary(reader, strength + 1)
  for (let operator = operatorAt(reader, strength); operator !== undefined; operator = operatorAt(reader, strength)) {
    const { index } = reader.next()
    left = { type: 'binary', operator, left, right: binary(reader, strength + 1), index }
  }
  return left
}

function operatorAt(reader: TokenReader, strength: number): BinaryOperator | undefined {
  const token = reader.peek()
  if (token.type !== 'symbol' && !(token.type === 'name' && token.text === 'in')) return undefined
  return binaryOperators[strength]?.find((operator) => operator === token.text)
}

function unary(reader: TokenReader): Expression {
  const { index, text } = reader.peek()
  if (reader.takes('!') || reader.takes('-')) {
    return { type: 'unary', operator: text === '!' ? '!' : '-', operand: reader.deeper(() => unary(reader)), index }
  }
  return postfix(reader)
}

function postfix(reader: TokenReader): Expression {
  return suffixes(reader, primary(reader))
}

/** `.name`, `.method(…)` and `[key]` after a value. */
function suffixes(reader: TokenReader, start: Expression): Expression {
  let object = start
  while (true) {
    if (reader.takes('.')) object = memberOrMethod(reader, object)
    else if (!reader.peek().spaced && reader.takes('[')) {
      object = { type: 'element', object, key: pipeline(reader), index: object.index }
      reader.expect(']')
    } else return object
  }
}

function memberOrMethod(reader: TokenReader, object: Expression): Expression {
  const { text: name, index } = reader.name()
  if (!reader.takes('(')) return { type: 'member', object, name, index }
  const operands = reader.takes(')') ? [] : closed(reader, choice)
  return { type: 'method', object, name, operands, index }
}

function closed(reader: TokenReader, read: (reader: TokenReader) => Expression): Expression[] {
  const items = listed(reader, read)
  reader.expect(')')
  return items
}

const words: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])

function primary(reader: TokenReader): Expression {
  const token = reader.next()
  const { index } = token
  switch (token.type) {
    case 'string':
      return { type: 'literal', value: token.text, index }
    case 'number':
      // Digits that a double does not hold stay as they are written.
      return { type: 'literal', value: token.text.length > 15 ? token.text : Number(token.text), index }
    case 'pattern':
      return pattern(reader, token)
    case 'name': {
      const word = words.get(token.text)
      return word === undefined ? named(reader, token) : { type: 'literal', value: word, index }
    }
    case 'symbol':
      if (token.text === '(') {
        const inner = pipeline(reader)
        reader.expect(')')
        return inner
      }
      if (token.text === '[') return list(reader, index)
      throw reader.mistake(`"${token.text}" is not expected here`, token)
    case 'end':
      throw reader.mistake('the expression ends too early', token)
  }
}

function list(reader: TokenReader, index: number): Expression {
  if (reader.takes(']')) return { type: 'list', items: [], index }
  const items = listed(reader, choice)
  reader.expect(']')
  return { type: 'list', items, index }
}

function pattern(reader: TokenReader, token: Extract<Token, { readonly type: 'pattern' }>): Expression {
  const compiled = compileLinearPattern(token.text, token.flags)
  if (compiled.type === 'refused') throw reader.mistake(compiled.why, token)
  return { type: 'pattern', pattern: compiled.pattern, global: token.flags.includes('g'), index: token.index }
}

/** A name, or a call of a helper: `md5(lead.email)`, `md5 lead.email`, `format lead.dob format="YYYY"`. */
function named(reader: TokenReader, { text: name, index }: Token): Expression {
  if (!reader.peek().spaced && reader.takes('(')) {
    const operands = reader.takes(')') ? [] : closed(reader, colonJoined)
    return { type: 'helper', name, operands, named: new Map(), index }
  }
  if (!startsOperand(reader)) return { type: 'name', name, index }
  const operands: Expression[] = []
  const byName = new Map<string, Expression>()
  while (startsOperand(reader)) operand(reader, operands, byName)
  return { type: 'helper', name, operands, named: byName, index }
}

function operand(reader: TokenReader, operands: Expression[], byName: Map<string, Expression>): void {
  if (reader.peek().type === 'name' && reader.peek(1).text === '=' && reader.peek(1).type === 'symbol') {
    const { text } = reader.next()
    reader.expect('=')
    byName.set(
      text,
      reader.deeper(() => simple(reader)),
    )
  } else operands.push(reader.deeper(() => simple(reader)))
}

/** An operand of a helper: names in it are never helpers, so that `md5 a b` has two operands. */
function simple(reader: TokenReader): Expression {
  const token = reader.peek()
  if (token.type !== 'name' || words.has(token.text)) return postfix(reader)
  reader.next()
  return suffixes(reader, { type: 'name', name: token.text, index: token.index })
}

function startsOperand(reader: TokenReader): boolean {
  const token = reader.peek()
  if (!token.spaced) return false
  if (token.type === 'name') return token.text !== 'in'
  if (token.type === 'symbol') return token.text === '(' || token.text === '['
  return token.type !== 'end'
}

/** `base64(user:password)`: a colon between operands stands for itself. */
function colonJoined(reader: TokenReader): Expression {
  let left = choice(reader)
  while (reader.takes(':')) {
    const colon: Expression = { type: 'binary', operator: '+', left, right: literal(':', left.index), index: left.index }
    left = { type: 'binary', operator: '+', left: colon, right: choice(reader), index: left.index }
  }
  return left
}

function literal(value: string, index: number): Expression {
  return { type: 'literal', value, index }
}
