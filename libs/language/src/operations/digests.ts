import { type BinaryToTextEncoding, createHash, createHmac } from 'node:crypto'
import { textOf } from '../text-of.ts'
import { UnfitValue } from '../unfit-value.ts'
import { type Operand, type Operation, textIn } from './operation.ts'
import { textOperation } from './text-operation.ts'

const algorithms = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const

const digest = (algorithm: (typeof algorithms)[number]): Operation =>
  textOperation(algorithm, ['encoding?'], (text, [encoding]) => createHash(algorithm).update(text).digest(encodingIn(encoding)))

/** `hmac lead.email key="…" algorithm="sha256" encoding="hex"`. */
const hmac = textOperation('hmac', ['key|secret', 'algorithm|hash?', 'encoding|digest?'], (text, [key, algorithm, encoding]) => {
  const wanted = algorithm === undefined ? 'sha256' : textIn(algorithm).toLowerCase().replace('-', '')
  const known = algorithms.find((one) => one === wanted)
  if (known === undefined) throw new UnfitValue('hmac', `"${wanted}" is not an algorithm; allowed: ${algorithms.join(', ')}`)
  return createHmac(known, textIn(key)).update(text).digest(encodingIn(encoding))
})

function encodingIn(operand: Operand): BinaryToTextEncoding {
  const wanted = operand === undefined ? 'hex' : textIn(operand).toLowerCase()
  return wanted === 'base64' || wanted === 'base64url' ? wanted : 'hex'
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
