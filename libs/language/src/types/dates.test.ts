import { describe, expect, it } from 'vitest'
import { normalOf, read } from './type-scenario.ts'

describe('a date', () => {
  it.each([
    ['2025-03-05', '2025-03-05'],
    ['3/5/2025', '2025-03-05'],
    ['03-05-2025', '2025-03-05'],
    ['3/5/25', '2025-03-05'],
    ['03052025', '2025-03-05'],
    ['20250305', '2025-03-05'],
    [20250305, '2025-03-05'],
    ['Wed Mar 05 2025', '2025-03-05'],
    ['March 5th, 2025', '2025-03-05'],
    ['5-Mar-2025', '2025-03-05'],
    ['Fri 18 July 2014', '2014-07-18'],
    ['Sept 1, 2020', '2020-09-01'],
    ['29.2.2024', '2024-02-29'],
  ])('%j is %s', (value, normal) => {
    expect(normalOf('date', value)).toBe(normal)
  })

  it.each(['25/03/2025', '25032025', '20252503', '2025-25-03', '25 March 2025'])(
    'with its day first (%s) is read where the month cannot be',
    (value) => {
      expect(normalOf('date', value)).toBe('2025-03-25')
    },
  )

  it.each(['2025-03-05T23:30:00-08:00', '03/05/2025 11:30 PM', 'Wed Mar 05 2025 08:15:16 GMT-0600 (CST)'])(
    'with a time beside it (%s) is the day that is written',
    (value) => {
      expect(normalOf('date', value)).toBe('2025-03-05')
    },
  )

  it.each(['02/30/2025', '2023-02-29', '31/31/2020', '0/0/2000', '2025', 'March 2025', 'sometime soon', ''])(
    '%j is none',
    (value) => {
      expect(read('date', value)).toMatchObject({ normal: value, valid: false })
    },
  )
})

describe('a time', () => {
  it.each([
    ['2025-03-05T14:15:16Z', '2025-03-05T14:15:16.000Z'],
    ['2025-03-05T14:15:16.789+02:00', '2025-03-05T12:15:16.789Z'],
    ['2025-03-05T14:15:16-0600', '2025-03-05T20:15:16.000Z'],
    ['Wed, 05 Mar 2025 14:15:16 GMT', '2025-03-05T14:15:16.000Z'],
    ['March 5 2025 at 2:15pm EST', '2025-03-05T19:15:00.000Z'],
    ['3/5/2025 12 a.m.', '2025-03-05T00:00:00.000Z'],
    ['2025-03-05', '2025-03-05T00:00:00.000Z'],
    ['1741184116', '2025-03-05T14:15:16.000Z'],
    [1741184116789, '2025-03-05T14:15:16.789Z'],
  ])('%j is %s', (value, normal) => {
    expect(normalOf('time', value)).toBe(normal)
  })

  it.each(['noon', '14:15', '2025-03-05 25:00', '2025-03-05 13:00 pm', '2025-03-05 10:61'])('%j is none', (value) => {
    expect(normalOf('time', value)).toBeUndefined()
  })
})

describe('a date of birth', () => {
  const now = Date.UTC(2025, 1, 9)

  it('tells the age in full years, from the birthday on', () => {
    expect(read('dob', '1984-02-09', now)).toMatchObject({ normal: '1984-02-09', age: 41 })
    expect(read('dob', '1984-02-10', now)).toMatchObject({ age: 40 })
    expect(read('dob', '2025-02-10', now)).toMatchObject({ age: null, valid: true })
    expect(read('dob', '1984-02-09')).toMatchObject({ age: null })
  })

  it('with a year of two digits is never in the future', () => {
    expect(normalOf('dob', '1/1/30', now)).toBe('1930-01-01')
    expect(normalOf('dob', '1/1/07', now)).toBe('2007-01-01')
  })

  it('may come with nothing but its year', () => {
    for (const value of ['**/**/1984', '1984-**-**'])
      expect(read('dob', value, now)).toMatchObject({ normal: '1984-**-**', masked: true, valid: true, year: 1984 })
  })
})
