import { readdirSync, readFileSync } from 'node:fs'
import { flowJsonSchema } from '@leadline/flows'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = new URL('../../../', import.meta.url)
const written = JSON.parse(readFileSync(new URL('docs/flow.schema.json', root), 'utf8'))
const examples = readdirSync(new URL('examples', root), { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.ya?ml$/.test(name),
)
const validate = new Ajv({ strict: false, allErrors: true }).compile(flowJsonSchema())

describe('the JSON Schema of flow files', () => {
  it('is what npm run flow-schema wrote last', () => {
    expect(written).toEqual(JSON.parse(JSON.stringify(flowJsonSchema())))
  })

  it.each(examples)('takes the example %s', (name) => {
    expect(validate(parse(readFileSync(new URL(`examples/${name}`, root), 'utf8'))) ? [] : validate.errors).toEqual([])
  })

  it.each([
    ['an unknown key of a flow', { titel: 'x' }],
    [
      'an unknown setting of the connector',
      { steps: [{ name: 'a', uses: 'http', with: { url: 'https://a.example', urll: 'x' } }] },
    ],
    ['settings of another connector', { steps: [{ name: 'a', uses: 'filter', with: { url: 'https://a.example' } }] }],
    ['an unknown connector', { steps: [{ name: 'a', uses: 'htpp', with: {} }] }],
  ])('refuses %s', (_what, change) => {
    const steps = [{ name: 'a', uses: 'http', with: { url: 'https://a.example' } }]
    expect(validate({ flow: 'a', sources: { web: { auth: 'none' } }, steps })).toBe(true)
    expect(validate({ flow: 'a', sources: { web: { auth: 'none' } }, steps, ...change })).toBe(false)
  })
})
