import type { Json } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { compileTemplate } from '../template.ts'
import { typedEmail, typedPhone, viewWith } from './sample-view.ts'

const exact = (digits: string) => (JSON as unknown as { rawJSON(text: string): Json }).rawJSON(digits)
const view = viewWith({
  a: 2,
  b: '3',
  zero: 0,
  none: null,
  yes: true,
  name: 'Dana',
  blank: '',
  list: [1, 2],
  object: { x: { y: 1 } },
  id: exact('9007199254740993'),
  'first-name': 'D',
  'ns:key': 'n',
  '2nd': 'second',
  phone: typedPhone(),
  email: typedEmail('Dana@Example.org', true),
  wrong: typedEmail('nobody', false),
})
const value = (expression: string): Json | undefined => compileTemplate(`{{${expression}}}`, 'text').value(view)

describe('an expression', () => {
  it.each<[string, Json | undefined]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 4 - 3', 3],
    ['7 % 4 / 2', 1.5],
    ['-lead.a + 5', 3],
    ['0.1 + 0.2', 0.3],
    ['lead.a + lead.b', 5],
    ["lead.a + '-' + lead.b", '2-3'],
    ['lead.nope + 5', 5],
    ['lead.nope * 5', undefined],
    ['lead.a / 0', undefined],
    ["lead.name + ' ' + lead.nope", 'Dana '],
    ['lead.a < lead.b', true],
    ["lead.b >= '10'", false],
    ['lead.nope > 1', false],
    ["lead.name == 'DANA'", true],
    ["lead.name === 'DANA'", false],
    ['lead.b == 3', true],
    ['lead.b === 3', false],
    ["lead.yes == 'yes'", true],
    ["lead.name != 'Ann'", true],
    ["lead.name in ['Ann', 'dana']", true],
    ['lead.a in [1, 3]', false],
    ["lead.blank || 'default'", 'default'],
    ["lead.zero || 'none'", 'none'],
    ["lead.nope || lead.none || 'x'", 'x'],
    ['lead.a && lead.name', 'Dana'],
    ['lead.nope && lead.name', undefined],
    ['!lead.nope', true],
    ['lead.a > 1 && !(lead.b > 5)', true],
    ["lead.a > 5 ? 'big' : lead.a > 1 ? 'middle' : 'small'", 'middle'],
    ["'it\\'s'", "it's"],
    ['"\\u00e9\\n"', 'é\n'],
    ['true', true],
    ['null', null],
    ['[1, lead.a, "x"]', [1, 2, 'x']],
    ['lead.object.x', { y: 1 }],
    ["lead.object['x'].y", 1],
    ['lead.list[lead.a - 1]', 2],
    ['lead.list.0', 1],
    ['lead.first-name', 'D'],
    ["lead['ns:key']", 'n'],
    ['lead.2nd', 'second'],
    ['9007199254740993', '9007199254740993'],
    ['lead.id', exact('9007199254740993')],
  ])('%s gives %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected)
  })

  it.each<[string, Json | undefined]>([
    ['lead.email', 'dana@example.org'],
    ['lead.email.raw', 'Dana@Example.org'],
    ['lead.email.valid', true],
    ['lead.wrong', 'nobody'],
    ['lead.wrong.valid', false],
    ['lead.wrong.normal', 'nobody'],
    ['lead.phone.area', '512'],
    ['lead.phone.nope', undefined],
    ['lead.phone + 1', 5_125_550_124],
    ["lead.email == 'DANA@example.org'", true],
    ['lead.email.length', 16],
  ])('of a typed value: %s gives %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected)
  })
})

describe('a block', () => {
  const text = (template: string, lead = {}) => compileTemplate(template, 'text').text(viewWith(lead))

  it('goes through lists, objects and single values', () => {
    const template = '{{#each lead.xs}}{{@index}}{{@first}}{{@last}}{{this}};{{else}}none{{/each}}'
    expect(text(template, { xs: ['a', 'b'] })).toBe('0truefalsea;1falsetrueb;')
    expect(text(template, { xs: [] })).toBe('none')
    expect(text(template, { xs: 'one' })).toBe('0truetrueone;')
    expect(text('{{#each lead.o}}{{@key}}={{this}} {{/each}}', { o: { a: 1, b: 2 } })).toBe('a=1 b=2 ')
    expect(text('{{#each lead.o.split(",")}}<{{this.trim()}}>{{/each}}', { o: 'a, b' })).toBe('<a><b>')
  })

  it('nests', () => {
    const template =
      '{{#each lead.rows}}{{#each this}}{{#if @first}}[{{/if}}{{this}}{{#unless @last}} {{else}}]{{/unless}}{{/each}}{{/each}}'
    expect(text(template, { rows: [[1, 2], [3]] })).toBe('[1 2][3]')
  })

  it('chooses', () => {
    const template = '{{#if lead.n > 10}}big{{else if lead.n == 10}}ten{{else}}small{{/if}}{{#unless lead.n}}!{{/unless}}'
    expect([11, 10, 1, 0].map((n) => text(template, { n }))).toEqual(['big', 'ten', 'small', 'small!'])
  })

  it('may hold remarks', () => {
    expect(text('a{{!-- {{not}} read --}}b')).toBe('ab')
  })
})

describe('a template that is wrong', () => {
  it.each([
    ['{{#if lead.a}}x', 1, 3, /without its "{{\/if}}"/],
    ['{{/if}}', 1, 3, /not open/],
    ['{{else}}', 1, 3, /outside of a block/],
    ['{{#each lead.a}}{{/if}}', 1, 19, /where "{{\/each}}" is expected/],
    ['{{#wiht lead.a}}{{/wiht}}', 1, 3, /not a block/],
    ['{{this}}', 1, 3, /inside of #each/],
    ["a\n{{lead.a 'x'}}", 2, 10, /not expected/],
    ['{{lead.a ? 1}}', 1, 13, /":" is missing/],
    ["{{lead.a == 'x}}", 1, 13, /closing quote/],
    ['{{lead.a = 1}}', 1, 10, /not expected/],
    ['{{lead.a.match(/x}}', 1, 16, /closing "\/"/],
    ['{{ lead.tags[0 }}', 1, 16, /"\]" is missing/],
    ['{{auth_tken}}', 1, 3, /did you mean "auth_token"/],
  ])('%j names its place', (template, line, column, message) => {
    expect(() => compileTemplate(template, 'text', { names: ['auth_token'] })).toThrowError(
      expect.objectContaining({ line, column, message: expect.stringMatching(message) }),
    )
  })

  it('only by its names is blank when unknown names may be', () => {
    const template = compileTemplate('[{{laed.email}}{{token}}]', 'text', { unknown: 'blank' })
    expect(template.text(viewWith({}, { stored: { token: 't' } }))).toBe('[t]')
  })
})
