import { type BinaryToTextEncoding, createHash, createHmac } from 'node:crypto'
import { suggestion } from '../nearest-name.ts'
import { textOf } from '../text-of.ts'
import { UnfitValue } from '../unfit-value.ts'
import { type Operand, type Operation, textIn } from './operation.ts'
import { textOperation } from './text-operation.ts'

const algorithms = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const
type Algorithm = (typeof algorithms)[number]

const encodings = ['hex', 'base64', 'base64url'] as const

const digest = (algorithm: Algorithm): Operation => ({
  ...textOperation(algorithm, ['encoding?'], (text, [encoding]) =>
    createHash(algorithm).update(text).digest(encodingIn(encoding, algorithm)),
  ),
  check: { encoding: (text) => mistakeIn(encodingNamed(text)) },
})

/** `hmac lead.email key="…" algorithm="sha256" encoding="hex"`. */
const hmac: Operation = {
  ...textOperation('hmac', ['key|secret', 'algorithm|hash?', 'encoding|digest?'], (text, [key, algorithm, encoding]) => {
    const known = settled(algorithmNamed(algorithm === undefined ? 'sha256' : textIn(algorithm)), 'hmac')
    return createHmac(known, textIn(key)).update(text).digest(encodingIn(encoding, 'hmac'))
  }),
  check: {
    algorithm: (text) => mistakeIn(algorithmNamed(text)),
    encoding: (text) => mistakeIn(encodingNamed(text)),
  },
}

type Known<Name> = { readonly type: 'known'; readonly name: Name } | { readonly type: 'unknown'; readonly why: string }

function algorithmNamed(text: string): Known<Algorithm> {
  const wanted = text.toLowerCase().replace('-', '')
  const name = algorithms.find((one) => one === wanted)
  if (name !== undefined) return { type: 'known', name }
  return { type: 'unknown', why: `"${wanted}" is not an algorithm${suggestion(wanted, algorithms)}` }
}

/** A blank one is the usual one. */
function encodingNamed(text: string): Known<BinaryToTextEncoding> {
  const wanted = text.toLowerCase()
  const name = wanted === '' ? 'hex' : encodings.find((one) => one === wanted)
  if (name !== undefined) return { type: 'known', name }
  return { type: 'unknown', why: `"${wanted}" is not an encoding${suggestion(wanted, encodings)}` }
}

function encodingIn(operand: Operand, operation: string): BinaryToTextEncoding {
  return settled(encodingNamed(textIn(operand)), operation)
}

function mistakeIn(known: Known<string>): string | undefined {
  return known.type === 'unknown' ? known.why : undefined
}

/** What is learnt only from the lead is refused when it is. */
function settled<Name>(known: Known<Name>, operation: string): Name {
  if (known.type === 'unknown') throw new UnfitValue(operation, known.why)
  return known.name
}

/** The same when the same thing is tried again: a hash of the view's key (or moment and random number) and of the given name. */
const uuid: Operation = {
  name: 'uuid',
  operands: [],
  alone: true,
  run: (name, _operands, view) => {
    const seed = `${view.key ?? `${textOf(view.random)}/${textOf(view.now)}/${textOf(view.lead['id'])}`}/${textOf(name)}`
    const hex = createHash('sha256').update(seed).digest('hex')
    const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4]
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  },
}

export const digestHelpers = [
  textOperation('base64', [], (text) => Buffer.from(text).toString('base64')),
  textOperation('base64decode', [], (text) => Buffer.from(text, 'base64').toString()),
  ...algorithms.map(digest),
  hmac,
  uuid,
]
