import type { HttpAnswer } from '@leadline/connectors'
import type { CriteriaSpec } from '@leadline/language'
import fc from 'fast-check'
import { textsLike } from './texts.ts'

const body = fc
  .oneof(textsLike('json'), textsLike('xml'), textsLike('html'), textsLike('form'), textsLike('value'))
  .map((text) => Buffer.from(text))
const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array))
const header = fc.constantFrom(
  'application/json',
  'text/xml',
  'text/html; charset=latin1',
  'text/plain; charset=utf-16',
  'image/png',
  '',
)

/** Any answer at all. */
export const answers: fc.Arbitrary<HttpAnswer> = fc.record({
  status: fc.constantFrom(200, 201, 204, 302, 400, 404, 422, 429, 500),
  headers: fc.record({ 'content-type': header, 'set-cookie': textsLike('form') }, { requiredKeys: [] }).map(compact),
  body: fc.oneof(body, bytes),
})

const path = textsLike('path')
const term = fc.oneof(
  path,
  textsLike('pattern').map((source) => `/${source}/`),
)
const verdict = fc.constantFrom('success', 'failure', 'error')

/** Any criteria that a step could have, mistakes included. */
export const criteria: fc.Arbitrary<CriteriaSpec> = fc.record(
  {
    contentType: header,
    delimiter: fc.constantFrom('|', ';', '::'),
    soap: fc.boolean(),
    successCodes: fc.constantFrom([200], [200, 404]),
    success: fc.record({ path, value: fc.constantFrom('a', 1, true) }),
    failure: fc.record({ path }),
    successWhen: fc.record({ body: fc.constantFrom({ a: 1 }, { a: { b: 'x' } }) }),
    outcomes: fc.array(fc.record({ id: fc.constant('one'), when: fc.record({ path, includes: term }), outcome: verdict }), {
      maxLength: 2,
    }),
    search: fc.record({ term, path, onMatch: verdict }),
    generic: fc.record({ defaultOutcome: verdict }),
    reason: fc.array(path, { maxLength: 2 }),
    reference: path,
    price: path,
    capture: fc.dictionary(fc.constantFrom('a', '__proto__', 'outcome'), path, { maxKeys: 2 }),
    errorParser: fc.dictionary(fc.constantFrom('reason', 'code'), path, { maxKeys: 2 }),
    cookie: term,
  },
  { requiredKeys: [] },
)

function compact(headers: { readonly [name: string]: string | undefined }): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
