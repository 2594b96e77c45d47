import type { FieldType } from './field-type.ts'

/** As it is, of any length: blanks, numbers and booleans too. */
export const stringType: FieldType = {
  name: 'string',
  sensitive: false,
  components: [],
  longest: Number.POSITIVE_INFINITY,
  read: (_text, { raw }) => ({ normal: raw }),
}
