import { fieldTypes, standardTypes, typeLead } from '@leadline/language'
import parsePhoneNumber from 'libphonenumber-js/max'
import type { Bench } from './bench.ts'
import { compare } from './compare.ts'

const rounds = 7
const leads = 4_000

// 25 fields as a form sends them; the phone number differs from lead to lead.
const fields = {
  ...{ first_name: 'Dana', last_name: 'Ng', email: 'Dana.Ng@example.org', address_1: '12 Main  St', address_2: 'Apt 4' },
  ...{ city: 'Atlanta', state: 'georgia', postal_code: '303184420', country: 'US', dob: '02/09/1984', gender: 'f' },
  ...{ ssn: '078-05-1120', ip_address: '203.0.113.7', opt_in: 'Yes', landing_page_url: 'https://shop.example.org/deals?x=1' },
  ...{ trustedform_cert_url: `https://cert.trustedform.com/${'a1'.repeat(20)}`, income: '$50,000 - $75,000' },
  ...{
    loan_amount: '$250,000',
    age: '41',
    note: 'call after five',
    campaign: 'c7',
    reference: 'r-1',
    purpose: 'refinance',
    source_id: '9',
  },
}
const declared = Object.entries({ income: 'range', loan_amount: 'number', age: 'number' }).flatMap(([field, name]) => {
  const type = standardTypes.get(name)
  return type === undefined ? [] : [[field, { type, sensitive: false }] as const]
})
const types = fieldTypes(new Map(declared))
const phones = Array.from({ length: leads }, (_, index) => `(737) ${200 + (index % 700)}-${1000 + ((index * 7) % 9000)}`)

/** Reading a whole lead beside the phone library's reading of the lead's one number: it may cost three times that. */
export const languageTypes: Bench = {
  names: ['language-types'],
  alone: true,
  async run() {
    const values: number[] = []
    const baselines: number[] = []
    for (let round = 0; round < rounds; round++) {
      baselines.push(perSecond((phone) => parsePhoneNumber(phone, { defaultCountry: 'US', extract: false })?.isValid() === true))
      values.push(perSecond((phone) => typeLead({ ...fields, phone_1: phone }, types, 1_741_132_800_000).invalid.length === 0))
    }
    // The first round is where the compilers of the platform find out what is hot.
    const line = { name: 'language-types', unit: 'leads/s', goal: { atLeast: 0.334 } }
    return [compare({ ...line, values: values.slice(1), baselines: baselines.slice(1) })]
  },
}

/** Times a second of processor time that every phone number could be read, so that neighbours on the machine do not count. */
function perSecond(reads: (phone: string) => boolean): number {
  const before = process.cpuUsage()
  const read = phones.filter(reads).length
  const { user, system } = process.cpuUsage(before)
  if (read !== phones.length) throw new Error(`${phones.length - read} leads could not be read`)
  return phones.length / ((user + system) / 1_000_000)
}
