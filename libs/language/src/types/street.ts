import { type FieldType, tidied, tidy } from './field-type.ts'

const numbered = /^(\d+[a-z]?(?:[-/](?:\d+[a-z]?|[a-z]))?(?: \d\/\d)?)\s(.+)$/i

/** A house number and the rest; one word alone is no street. */
export const streetType: FieldType = {
  name: 'street',
  sensitive: false,
  components: ['number', 'name'],
  settled: tidy,
  read: (text) => {
    const normal = tidied(text)
    if (!normal.includes(' ')) return undefined
    const [, number = null, name = normal] = numbered.exec(normal) ?? []
    return { normal, components: { number, name } }
  },
}
