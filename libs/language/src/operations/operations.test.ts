import type { Json } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { viewWith } from '../template/sample-view.ts'
import { compileTemplate } from '../template.ts'
import { typedValue } from '../typed-value.ts'

const range = typedValue('range', { normal: '10-20', raw: '10 to 20', valid: true, components: { min: 10, max: 20, avg: 15 } })
const lead = {
  id: 'l1',
  first_name: 'Dana',
  last_name: 'Ng',
  email: 'dana@example.org',
  zip: '02134-1234',
  price: 1250.5,
  debt: -1250.5,
  money: '$85,000.75',
  note: 'Ticket ID: 4711, ID: 12',
  dob: '1984-02-09',
  at: '2025-07-04T03:30:15.120Z',
  tags: ['a', 'b', 'c'],
  empty: '',
  range,
}
const view = viewWith(lead, { now: Date.UTC(2025, 1, 8, 12), random: 0.5 })
const value = (expression: string): Json | undefined => compileTemplate(`{{${expression}}}`, 'text').value(view)

describe('a helper', () => {
  it.each<[string, Json | undefined]>([
    ['uppercase lead.first_name', 'DANA'],
    ['lowercase lead.first_name', 'dana'],
    ['capitalize "mary-ann o\'neil"', "Mary-Ann O'neil"],
    ['replace lead.email pattern="[@.]" replace="-"', 'dana-example-org'],
    ['replace lead.email "@" " at "', 'dana at example.org'],
    ['substring lead.zip start="1" end="5"', '02134'],
    ['substring lead.zip start="7"', '1234'],
    ['substring lead.zip start="10" end="99"', '4'],
    ['extract lead.note pattern="ID: (\\d+)"', '4711'],
    ['extract lead.note pattern="\\d+"', '4711'],
    ['extract lead.note pattern="nope"', undefined],
    ['base64 lead.first_name', 'RGFuYQ=='],
    ['base64decode "RGFuYQ=="', 'Dana'],
    ['md5 lead.first_name', '3b55c1213d3dd7b8c3c814c18253289a'],
    ['sha1 "abc"', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha256 "abc"', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['sha512 "abc" | substring: 1, 8', 'ddaf35a1'],
    // RFC 4231, test case 2.
    ['hmac "what do ya want for nothing?" key="Jefe"', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    ['hmac "what do ya want for nothing?" key="Jefe" algorithm="md5"', '750c783e6ab0b503eaa86e310a5db738'],
    ['hmac "what do ya want for nothing?" secret="Jefe" encoding="base64" | length', 44],
    ['math "lead.price * 2"', 2501],
    ['math "lead.price / 3" decimals=2', 416.83],
    ['math lead.price "-" 0.5', 1250],
    ['number lead.money', 85_000.75],
    ['number lead.money format="0,0"', '85,001'],
    ['format lead.price format="$0,0.00"', '$1,250.50'],
    ['format lead.debt format="$0,0.00"', '-$1,250.50'],
    ['format lead.debt format="(0,0)"', '(1,251)'],
    ['format 0.256 format="0.0%"', '25.6%'],
    ['format 7 format="000"', '007'],
    ['format 1234567 format="0.0a"', '1.2m'],
    ['format 5 format="0.0[00]"', '5.0'],
    ['format 1.005 format="0.00"', '1.01'],
    ['format lead.dob format="[It\'s] MMMM Do, YYYY"', "It's February 9th, 1984"],
    ['format lead.at format="M/D/YY h:mm A" timezone="America/New_York"', '7/3/25 11:30 PM'],
    ['format lead.at format="YYYY-MM-DD[T]HH:mm:ss.SSSZ" timezone="Asia/Kolkata"', '2025-07-04T09:00:15.120+05:30'],
    ['format lead.at format="dddd DDDD GGGG-[W]WW X"', 'Friday 185 2025-W27 1751599815'],
    ['format lead.dob format="YYYYMMDD" timezone="America/New_York"', '19840209'],
    ['format "March 5th, 2025" format="MM/DD/YYYY"', '03/05/2025'],
    ['format "20250305" format="D.M.YYYY"', '5.3.2025'],
    ['format "3/5/2025 4:05 PM" format="YYYY-MM-DD HH:mm"', '2025-03-05 16:05'],
    ['format lead.first_name format="YYYY"', 'Dana'],
    ['format lead.nope format="YYYY"', undefined],
    ['strip "  x  "', 'x'],
    ['strip lead.zip characters="-0"', '21341234'],
    ['default lead.empty "none"', 'none'],
    ['join lead.tags " / "', 'a / b / c'],
    ['json lead.tags', '["a","b","c"]'],
    ['urlencode "a b&c"', 'a%20b%26c'],
    ['round 2.345 2', 2.35],
  ])('{{%s}} gives %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected)
  })

  it('for ids gives a new one, and the same one for the same attempt', () => {
    expect(value('uuid')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(value('uuid')).toBe(value('uuid'))
    expect(value('uuid "other"')).not.toBe(value('uuid'))
    expect(compileTemplate('{{uuid}}', 'text').value({ ...view, random: 0.6 })).not.toBe(value('uuid'))
  })
})

describe('a method', () => {
  it.each<[string, Json | undefined]>([
    ["lead.email.split('@')[1]", 'example.org'],
    ["lead.email.split(/[@.]/).join('|')", 'dana|example|org'],
    ['lead.note.match(/ID: (\\d+)/)[1]', '4711'],
    ["lead.note.match(/\\d+/g).join(',')", '4711,12'],
    ["lead.note.replace('ID', 'No')", 'Ticket No: 4711, ID: 12'],
    ["lead.note.replaceAll('ID', 'No')", 'Ticket No: 4711, No: 12'],
    ["lead.note.replace(/id/gi, 'No')", 'Ticket No: 4711, No: 12'],
    ['lead.first_name.toUpperCase().toLowerCase()', 'dana'],
    ["lead.first_name.padEnd(6, '.')", 'Dana..'],
    ['lead.first_name.padStart(6)', '  Dana'],
    ['lead.zip.substring(0, 5)', '02134'],
    ['lead.zip.slice(-4)', '1234'],
    ['lead.tags.slice(1)', ['b', 'c']],
    ['lead.tags.length', 3],
    ['lead.first_name.length', 4],
    ['lead.tags[-1]', 'c'],
    ["lead.tags.includes('B')", true],
    ["lead.email.includes('example')", true],
    ["lead.email.startsWith('dana')", true],
    ["lead.email.endsWith('.com')", false],
    ["lead.email.indexOf('@')", 4],
    ['lead.email.isValidEmail()', true],
    ['lead.first_name.isValidEmail()', false],
    ['lead.price.toFixed(2)', '1250.50'],
    ["lead.at.format('MM/DD/YYYY')", '07/04/2025'],
    ["lead.nope.split(',')[0]", undefined],
    ["lead.nope.isValidEmail() ? 'y' : 'n'", 'n'],
    ['lead.range.avg * 2', 30],
    ['lead.range + 1', 16],
  ])('%s gives %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected)
  })
})

describe('a pipe', () => {
  it.each<[string, Json | undefined]>([
    ["lead.dob | date: 'MM/DD/YYYY'", '02/09/1984'],
    ['now - lead.dob | years', 40],
    ['lead.dob | years', 40],
    ['lead.dob | months', 491],
    ['lead.at - lead.dob | days', 15_121],
    ['lead.first_name | uppercase | substring: 1, 2', 'DA'],
    ["lead.empty | default: 'x'", 'x'],
    ["lead.tags | join: '+'", 'a+b+c'],
  ])('%s gives %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected)
  })
})

describe('a call that cannot be meant', () => {
  it.each([
    ['uppercas lead.a', /no helper "uppercas"; did you mean "uppercase"/],
    ['lead.a.toUppercase()', /no method "toUppercase"; did you mean "toUpperCase"/],
    ['lead.a | dat', /no pipe "dat"; did you mean "date"/],
    ['hmac lead.a', /"hmac" needs its key/],
    ['sha256 lead.a encoding="bse64"', /"bse64" is not an encoding; did you mean "base64"/],
    ['hmac lead.a key="k" digest="bse64"', /"bse64" is not an encoding/],
    ['hmac lead.a key="k" algorithm="sha25"', /"sha25" is not an algorithm; did you mean "sha256"/],
    ['substring lead.a strt="1"', /"substring" has no "strt"; did you mean "start"/],
    ['lead.a.padEnd(1, 2, 3)', /takes at most 2/],
    ['uppercase', /cannot be read here|needs a value/],
    ['lead.a.match("(a)\\1")', /refers back/],
    ['lead.a.match(/a(?=b)/)', /looks ahead/],
    ["lead.a.xpath('//[')", /not an XPath/],
    ["lead.a.format('YYYY', 'Mars/Base')", /not a time zone/],
    ['math lead.a', /takes a calculation in quotes/],
    ['math "lead.a +"', /ends too early/],
    ['math "laed.a + 1"', /did you mean "lead"/],
  ])('{{%s}} is refused', (expression, message) => {
    expect(() => compileTemplate(`x\n{{${expression}}}`, 'text')).toThrow(message)
    expect(() => compileTemplate(`x\n{{${expression}}}`, 'text')).toThrow(/line 2, column/)
  })
})
