import type { FieldType } from './field-type.ts'

const words: Readonly<Record<string, readonly string[]>> = {
  male: ['m', 'male', 'man', 'boy'],
  female: ['f', 'female', 'woman', 'girl', 'w'],
  other: ['o', 'other', 'x', 'nonbinary', 'diverse'],
}

const genders: ReadonlyMap<string, string> = new Map(
  Object.entries(words).flatMap(([gender, names]) => names.map((name): [string, string] => [name, gender])),
)

export const genderType: FieldType = {
  name: 'gender',
  sensitive: false,
  components: ['abbr'],
  settled: /^(?:male|female|other)$/,
  read: (text) => {
    const found = genders.get(text.toLowerCase().replace(/[^a-z]/g, ''))
    return found === undefined ? undefined : { normal: found, components: { abbr: found.charAt(0).toUpperCase() } }
  },
}
