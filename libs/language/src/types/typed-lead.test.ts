import type { Json, JsonObject } from '@leadline/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toPlain } from '../plain.ts'
import { isTyped } from '../typed-value.ts'
import { fieldTypes, standardFieldTypes } from './field-types.ts'
import { maskLead, maskLeadText, sensitiveTexts } from './mask-lead.ts'
import { numberType } from './number.ts'
import { typeLead } from './typed-lead.ts'
import { typedView } from './typed-view.ts'

const now = Date.UTC(2025, 2, 5)

describe('the fields of a lead', () => {
  it('are of the types that the flow declares, else of the standard field of that name, numbered or not', () => {
    const types = fieldTypes(new Map([['amount', { type: numberType, sensitive: false }]]))
    expect(
      ['amount', 'phone_1', 'Phone', 'zip', 'address_1', 'address_2', 'note', 'phone_call'].map((field) => types.of(field).name),
    ).toEqual(['number', 'phone', 'phone', 'postal_code', 'street', 'string', 'string', 'string'])
  })

  it('are kept in normal form, and as they came where they cannot be read', () => {
    const submitted = { phone_1: '(737) 874-2833', state: 'georgia', email: 'nobody', opt_in: 'Yes', note: ' as is ', dob: '' }
    expect(typeLead(submitted, standardFieldTypes, now)).toEqual({
      fields: { phone_1: '7378742833', state: 'GA', email: 'nobody', opt_in: true, note: ' as is ', dob: '' },
      invalid: ['email'],
    })
  })

  it('are read in objects as far as they are declared', () => {
    const types = fieldTypes(new Map([['loan.amount', { type: numberType, sensitive: false }]]))
    const submitted = { loan: { amount: '$5', state: 'open', extra: { amount: '6' } }, other: { amount: '$7', phone: '1' } }
    expect(typeLead(submitted, types, now)).toEqual({
      fields: { ...submitted, loan: { ...submitted.loan, amount: 5 } },
      invalid: [],
    })
    expect(typeLead({ loan: { amount: 'much' } }, types, now).invalid).toEqual(['loan.amount'])
    expect(typedView({ loan: { amount: '5' } }, types, now)).toMatchObject({ loan: { amount: { normal: 5 } } })
  })

  it('are read item by item in lists, and not at all in objects, null and strange names', () => {
    const submitted: JsonObject = JSON.parse(
      '{"phone": ["737-874-2833", "no"], "state": {"of": "texas"}, "zip": null, "__proto__": "x"}',
    )
    const { fields, invalid } = typeLead(submitted, standardFieldTypes, now)
    expect(JSON.stringify(fields)).toBe('{"phone":["7378742833","no"],"state":{"of":"texas"},"zip":null,"__proto__":"x"}')
    expect(invalid).toEqual(['phone'])
  })

  it('read again are the same, country and kind of a phone number too', () => {
    const submitted = {
      phone: '+44 20 7946 0958 (work)',
      phone_2: '+447400123456x12',
      phone_3: '737-874-2833 (c)',
      dob: '2/9/84',
    }
    const { fields } = typeLead(submitted, standardFieldTypes, now)
    expect(fields).toEqual({
      phone: '+442079460958 (work)',
      phone_2: '+447400123456x12',
      phone_3: '7378742833 (mobile)',
      dob: '1984-02-09',
    })
    expect(typeLead(fields, standardFieldTypes, now).fields).toEqual(fields)
    expect(typedView(fields, standardFieldTypes, now)['phone']).toMatchObject({
      normal: '2079460958',
      components: { country_code: 'GB', type: 'work' },
    })
  })
})

describe('a typed view of a lead', () => {
  const lead = { phone: '7378742833', dob: '1984-02-09', note: 'text', nested: { phone: '1' } }
  const view = typedView(lead, standardFieldTypes, now)

  it('reads a field when it is asked for, once', () => {
    const phone = view['phone']
    expect(isTyped(phone) && phone.components['area']).toBe('737')
    expect(view['phone']).toBe(phone)
    expect(view['dob']).toMatchObject({ components: { age: 41 } })
  })

  it('goes out in normal form, although the lead was kept before its fields were declared', () => {
    const early = typedView({ phone: '(737) 874-2833', state: 'georgia', zip: '30318' }, standardFieldTypes, now)
    expect(toPlain(early)).toEqual({ phone: '7378742833', state: 'GA', zip: '30318' })
  })

  it('has the own fields of the lead and nothing else', () => {
    expect(view['note']).toBe('text')
    expect(view['nested']).toBe(lead.nested)
    expect(view['missing']).toBeUndefined()
    expect(view['constructor']).toBeUndefined()
    expect(Object.keys(view)).toEqual(Object.keys(lead))
    expect(Object.hasOwn(view, 'phone')).toBe(true)
  })
})

describe('a lead that is shown', () => {
  const types = fieldTypes(new Map([...['income', 'dob', 'loan.rate'].map((field) => [field, { sensitive: true }] as const)]))
  const lead = {
    ssn: '078051120',
    dob: '1984-02-09',
    income: 50_000,
    name: 'Ann',
    spouse: { ssn: '123456789', name: 'Bo' },
    loan: { rate: 7 },
    children: [{ ssn: '987654321' }],
    password: ['a', 'bc'],
  }

  it('has stars for its sensitive fields, those of objects in it too', () => {
    expect(maskLead(lead, types)).toEqual({
      ssn: '*********',
      dob: '1984-**-**',
      income: '*****',
      name: 'Ann',
      spouse: { ssn: '*********', name: 'Bo' },
      loan: { rate: '*' },
      children: [{ ssn: '*********' }],
      password: ['*', '**'],
    })
  })

  it('is found out of its text, which is not read when nothing in it is sensitive', () => {
    const text = '{"id": 9007199254740993, "SSN_2": "078051120"}'
    expect(maskLeadText(text, types)).toBe('{"id":9007199254740993,"SSN_2":"*********"}')
    const harmless = '{"id": 1,  "note": "ssn: 1"}'
    expect(maskLeadText(harmless, types)).toBe(harmless)
    expect(maskLeadText('{"loan":{"rate":7}}', types)).toBe('{"loan":{"rate":"*"}}')
  })

  it('is the same out of its text, however its names nest or are flat', () => {
    const declared = fieldTypes(new Map(['applicant.tax', 'a.b.c'].map((name) => [name, { sensitive: true }])))
    const name = fc.constantFrom('applicant', 'tax', 'applicant.tax', 'a', 'b', 'c', 'b.c', 'a.b.c', 'note', 'ssn_2')
    const { tree } = fc.letrec<{ tree: JsonObject; value: Json }>((tie) => ({
      tree: fc.dictionary(name, tie('value'), { maxKeys: 3 }),
      value: fc.oneof({ maxDepth: 3 }, fc.constant('12345'), tie('tree')),
    }))
    fc.assert(
      fc.property(tree, (any) => {
        expect(JSON.parse(maskLeadText(JSON.stringify(any), declared))).toEqual(maskLead(any, declared))
      }),
      { seed: 3, numRuns: 300, examples: [[{ 'applicant.tax': '12345' }], [{ a: { 'b.c': '12345' } }]] },
    )
  })

  it('names the texts that must not appear elsewhere, as people write them and with their parts', () => {
    const texts = sensitiveTexts(lead, types)
    expect(texts).toEqual(expect.arrayContaining(['078051120', '1120', '50000', '123456789', '7', '987654321', 'a', 'bc']))
    expect(texts).toEqual(expect.arrayContaining(['1984-02-09', '02/09/1984', '2/9/1984', '09.02.1984', '02091984', '19840209']))
    expect(texts).not.toContain('Ann')
  })
})
