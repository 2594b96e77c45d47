import type { Appended } from '@leadline/domain'
import { type Explain, toldFound } from '../explain.ts'
import { type AnswerDocument, readAnswerDocument } from './answer-document.ts'
import { compileAppend } from './append-rules.ts'
import { compileSays } from './compile-says.ts'
import { compileCookieReader } from './cookies.ts'
import type { CriteriaSpec, Says } from './criteria.ts'
import { firstText, joinReasons, priceIn } from './found-texts.ts'
import { ownFields } from './generic-criterion.ts'
import { compileLocator, type Locator } from './locator.ts'
import { soapFault, withoutEnvelope } from './soap-answer.ts'

export interface Answer {
  readonly status: number
  /** The `Content-Type` and `Set-Cookie` headers; several of the latter joined by ", ". */
  readonly contentType: string | undefined
  readonly setCookie: string | undefined
  readonly body: string
}

/** An answer as the step's criteria see it. What costs something is read only when it is asked for. */
export interface AnswerReading {
  readonly says: Says
  /** The other side's words; undefined when it gave none. */
  readonly reason: () => string | undefined
  readonly price: () => number | null
  readonly reference: () => string | null
  /** What the lead is given to keep. */
  readonly appended: () => Appended
}

export type AnswerReader = (answer: Answer) => AnswerReading

/**
 * Compiles a step's criteria. The reader is pure and never throws, whatever the answer is. `explain` is told of everything that is looked
 * at; without it nothing is done for it.
 */
export function compileCriteria(spec: CriteriaSpec, explain?: Explain): AnswerReader {
  const says = compileSays(spec, explain)
  const reasons = compileReasons(spec, explain)
  const price = compilePrice(spec, explain)
  const reference: Locator = spec.reference === undefined ? () => [] : locatorOf('reference', spec.reference, explain)
  const append = compileAppend(spec, explain)
  const cookie = spec.cookie === undefined ? () => undefined : compileCookieReader(spec.cookie)
  const delimiter = spec.delimiter ?? null
  return (answer) => {
    const contentType = spec.contentType ?? answer.contentType
    const body = readAnswerDocument(answer.body, { contentType, delimiter })
    const document = spec.soap ? withoutEnvelope(body) : body
    explain?.({ type: 'body', kind: kindOf(document) })
    const said = (spec.soap ? soapFault(document) : undefined) ?? says(answer.status, document, contentType)
    return {
      says: said,
      reason: () => reasons(document, said),
      price: () => price(document),
      reference: () => firstText(reference(document)),
      appended: () => {
        const caught = cookie(answer.setCookie)
        const appended = append(document, said)
        return caught === undefined ? appended : { ...appended, cookie: caught }
      },
    }
  }
}

function kindOf(document: AnswerDocument): string {
  return document.type === 'text' && document.mislabelled ? 'text, although it is labelled as something else' : document.type
}

function locatorOf(name: string, path: string, explain: Explain | undefined): Locator {
  return toldFound({ name, path }, compileLocator(path), explain)
}

const parsedReasons = ['reason', 'error_message', 'message', 'error'] as const

function compileReasons(
  { reason = [], errorParser = {} }: CriteriaSpec,
  explain?: Explain,
): (document: AnswerDocument, says: Says) => string | undefined {
  const paths = reason.map((path) => locatorOf('reason', path, explain))
  const parsed = parsedReasons.flatMap((name) => {
    const path = errorParser[name]
    return path === undefined ? [] : [locatorOf('reason', path, explain)]
  })
  return (document, says) => {
    const found = joinReasons(paths.flatMap((find) => find(document)))
    if (found !== undefined) return found
    for (const find of parsed) {
      const one = joinReasons(find(document))
      if (one !== undefined) return one
    }
    return says.rule === 'answer-outcome' ? says.reason : undefined
  }
}

function compilePrice(
  { price, fallbackPrice, generic }: CriteriaSpec,
  explain?: Explain,
): (document: AnswerDocument) => number | null {
  const find: Locator =
    price !== undefined
      ? locatorOf('price', price, explain)
      : generic === undefined
        ? () => []
        : (document) => [ownFields(document)['price'] ?? null]
  return (document) => priceIn(find(document)) ?? fallbackPrice ?? null
}
