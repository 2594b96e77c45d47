import { judgeHttpAnswer } from '@leadline/connectors'
import {
  compileHtmlSelector,
  compileNesting,
  compileXPath,
  defaultLimits,
  parseFields,
  parseHtml,
  parseJson,
  parseQuery,
  stringifyJson,
  tryJson,
  tryXml,
  XPathMistake,
} from '@leadline/formats'
import { negotiate, readSubmission, readSubmissionQuery, redirecting, writeAnswer } from '@leadline/intake'
import { compileLinearPattern, compileTemplate, parseFullName, parseType, standardTypes } from '@leadline/language'
import fc from 'fast-check'
import { answers, criteria } from './answers.ts'
import { textsLike } from './texts.ts'

/** One thing that takes what others write. It may refuse with an error of its own kind; anything else that it throws is a find. */
export interface Target {
  readonly name: string
  readonly property: fc.IProperty<unknown>
}

/** `run` may throw only what `refuses` knows; a LeadlineError always counts as a refusal. */
function target<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  run: (value: T) => unknown,
  refuses: readonly string[] = [],
): Target {
  const allowed = new Set(['LeadlineError', 'SyntaxMistake', 'UnfitValue', 'InvalidValue', ...refuses])
  const property = fc.property(arbitrary, (value) => {
    try {
      run(value)
    } catch (thrown) {
      if (!(thrown instanceof Error) || !allowed.has(thrown.name)) throw thrown
    }
  })
  return { name, property }
}

const contentTypes = fc.constantFrom(
  'application/json',
  'text/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  '',
)
const anyBody = fc.oneof(
  textsLike('json').map((text) => Buffer.from(text)),
  textsLike('xml').map((text) => Buffer.from(text)),
  textsLike('form').map((text) => Buffer.from(text)),
  textsLike('multipart').map((text) => Buffer.from(`--x\r\n${text}\r\n--x--`)),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
)
const view = { lead: { email: 'a@b.test', tags: ['a', '{{lead.email}}'], n: 41 }, appended: {}, source: {}, flow: {}, now: 0 }
const document = tryXml('<a><b c="1">x</b><b>y</b><s:d xmlns:s="u"><a/></s:d></a>')
const page = parseHtml('<html><ul><li class="err">zip</li></ul><div id="id" data="1"></div></html>') ?? []

/** Every parser, and the judge. A new one is one entry. */
export const targets: readonly Target[] = [
  target('JSON of a lead', textsLike('json'), (text) => parseJson(text)),
  target('JSON of an answer is written as it was read', textsLike('json'), (text) => {
    const value = tryJson(text)
    if (value !== undefined && stringifyJson(tryJson(stringifyJson(value)) ?? null) !== stringifyJson(value))
      throw new Error('another value')
  }),
  target('XML of an answer', textsLike('xml'), tryXml),
  target('a query', textsLike('form'), (text) => parseQuery(text)),
  target('a body of any type', fc.tuple(contentTypes, anyBody), ([type, body]) => parseFields(type, body)),
  target('HTML', textsLike('html'), parseHtml),
  target('an XPath', textsLike('path'), (path) => document && compileXPath(path)(document), [XPathMistake.name]),
  target('a CSS selector', textsLike('path'), (path) => compileHtmlSelector(path)(page), ['SyntaxError']),
  target('flat paths', fc.array(textsLike('path'), { maxLength: 4 }), (paths) => compileNesting(paths)(paths)),
  target('a pattern', fc.tuple(textsLike('pattern'), textsLike('value')), ([source, text]) => {
    const compiled = compileLinearPattern(source)
    return compiled.type === 'pattern' && compiled.pattern.match(text)
  }),
  target('a template', textsLike('template'), (text) => compileTemplate(text, 'json').text(view)),
  target('a template of XML', textsLike('template'), (text) => compileTemplate(text, 'xml').text(view)),
  target('a value of each type', textsLike('value'), (text) => {
    for (const type of standardTypes.values()) {
      const once = parseType(type, text, 0)
      if (parseType(type, once, 0) !== once) throw new Error(`${type.name} is not what it was`)
    }
  }),
  target('a full name', textsLike('value'), parseFullName),
  target('a submission', fc.tuple(textsLike('form'), contentTypes, anyBody), ([search, contentType, bytes]) => {
    const { fields, redirectUrl } = readSubmission(
      readSubmissionQuery(search, defaultLimits),
      { contentType, bytes },
      defaultLimits,
    )
    const body = writeAnswer(fields, 'text/xml')
    if (tryXml(body) === undefined) throw new Error('an answer that is no XML')
    return redirecting({ status: 201, contentType: 'text/xml', body, headers: {} }, redirectUrl)
  }),
  target('an Accept header', textsLike('path'), negotiate),
  target('the judge', fc.tuple(criteria, answers), ([spec, answer]) => {
    const { rule, conclusion } = judgeHttpAnswer(spec, answer)
    if (rule === '' || stringifyJson(Object(conclusion)) === '') throw new Error('nothing was concluded')
  }),
]
