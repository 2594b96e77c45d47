import { describe, expect, it } from 'vitest'
import { normalOf, read } from './type-scenario.ts'

describe('a boolean', () => {
  it.each(['y', 'YES', 'true', ' T ', '1', 'Yes!', true, 1])('%j is yes', (value) => {
    expect(read('boolean', value)).toMatchObject({ normal: true, valid: true, raw: value })
  })

  it.each(['n', 'No.', 'FALSE', 'f', '0', false, 0])('%j is no', (value) => {
    expect(read('boolean', value)).toMatchObject({ normal: false, valid: true, raw: value })
  })

  it.each(['maybe', '2', '', 'yes no'])('%j counts as no, and is not valid', (value) => {
    expect(read('boolean', value)).toMatchObject({ normal: false, valid: false, raw: value })
  })
})

describe('a number', () => {
  it.each([
    ['$85,000', 85_000],
    [' -42.5 kg', -42.5],
    ['.5', 0.5],
    ['5.', 5],
    ['007', 7],
    ['1e5', 100_000],
    [7.25, 7.25],
    ['-0', 0],
    ['$-0.0', 0],
    [1e21, 1e21],
  ])('%j is %j', (value, normal) => {
    expect(normalOf('number', value)).toBe(normal)
  })

  it.each(['', 'n/a', '1.2.3', '12-5', '-', '.', true])('%j is none', (value) => {
    expect(read('number', value)).toMatchObject({ normal: value, valid: false })
  })

  it('keeps digits that a double does not hold', () => {
    expect(JSON.stringify(normalOf('number', '$9,007,199,254,740,993'))).toBe('9007199254740993')
  })
})

describe('a range', () => {
  it.each([
    ['30 to 40', '30-40'],
    ['30 40', '30-40'],
    ['40-30', '30-40'],
    ['30 – 40 years', '30-40'],
    ['$50,000 - $75,000', '50000-75000'],
    ['USD 50k-75k', '50000-75000'],
    ['$1.5m+', '1500000+'],
    ['100,000 or more', '100000+'],
    ['over 100', '100+'],
    ['up to 50', '0-50'],
    ['-5--1', '-5--1'],
    ['-5 - 10', '-5-10'],
    ['30', '30'],
    [30, '30'],
  ])('%j is %s', (value, normal) => {
    expect(normalOf('range', value)).toBe(normal)
  })

  it('knows no negative zero', () => {
    expect(read('range', '-0 to 5')).toMatchObject({ normal: '0-5', min: 0 })
  })

  it('knows its ends, their mean, and the whole number below it', () => {
    expect(read('range', '1-4')).toMatchObject({ min: 1, max: 4, avg: 2.5, mid: 2 })
    expect(read('range', '12.5+')).toMatchObject({ min: 12.5, max: null, avg: null, mid: null })
    expect(read('range', '2024-01-01 - 2024-01-31')).toMatchObject({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2024, 0, 31) })
  })

  it.each(['', 'unknown', '1 2 3', '737-874-2833', 'a5', '1e5', '9'.repeat(30)])('%j is none', (value) => {
    expect(normalOf('range', value)).toBeUndefined()
  })
})

describe('names and places', () => {
  it('lose their needless blanks, and blank ones are not valid', () => {
    expect(read('first_name', '  Mary   Ann ')).toMatchObject({ normal: 'Mary Ann', raw: '  Mary   Ann ', valid: true })
    expect(normalOf('last_name', 'de  la Cruz')).toBe('de la Cruz')
    expect(normalOf('city', ' San  José ')).toBe('San José')
    expect(normalOf('city', '  ')).toBeUndefined()
  })

  it.each([
    ['georgia', 'GA', 'Georgia'],
    ['N.Y.', 'NY', 'New York'],
    ['washington d.c.', 'DC', 'District of Columbia'],
    ['puerto rico', 'PR', 'Puerto Rico'],
    ['Québec', 'QC', 'Quebec'],
    ['on', 'ON', 'Ontario'],
  ])('the state %j is %s', (value, code, name) => {
    expect(read('state', value)).toMatchObject({ normal: code, code, name, valid: true })
  })

  it('a state that is none stays as it came', () => {
    expect(read('state', 'Bavaria')).toMatchObject({ normal: 'Bavaria', valid: false })
  })

  it.each([
    ['12 Main  St', '12', 'Main St'],
    ['221b Baker St', '221b', 'Baker St'],
    ['123 1/2 Elm St', '123 1/2', 'Elm St'],
    ['1st Avenue', null, '1st Avenue'],
  ])('the street %j has the number %j', (value, number, name) => {
    expect(read('street', value)).toMatchObject({ number, name, valid: true })
  })

  it('a street of one word is not valid', () => {
    expect(normalOf('street', 'Broadway')).toBeUndefined()
  })

  it.each([
    ['30318', '30318', { country_code: 'US', zip: '30318', four: null }],
    ['303184420', '30318-4420', { country_code: 'US', zip: '30318', four: '4420' }],
    ['30318 - 4420', '30318-4420', { country_code: 'US' }],
    ['k1a0b1', 'K1A 0B1', { country_code: 'CA' }],
    ['sw1a 1aa', 'SW1A 1AA', { country_code: 'GB' }],
  ])('the postal code %j is %s', (value, normal, components) => {
    expect(read('postal_code', value)).toMatchObject({ normal, valid: true, ...components })
  })

  it.each(['3031', '30318-44', 'D1A 0B1', 'SW1A 1A', ''])('the postal code %j is none', (value) => {
    expect(read('postal_code', value)).toMatchObject({ normal: value, valid: false })
  })

  it.each([
    [' m', 'male', 'M'],
    ['Woman', 'female', 'F'],
    ['O', 'other', 'O'],
    ['non-binary', 'other', 'O'],
  ])('the gender %j is %s', (value, normal, abbr) => {
    expect(read('gender', value)).toMatchObject({ normal, abbr, valid: true })
  })
})
