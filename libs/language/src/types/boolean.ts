import type { FieldType } from './field-type.ts'

const words: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'yes', 'true', 't', '1'].map((word): [string, boolean] => [word, true]),
  ...['n', 'no', 'false', 'f', '0'].map((word): [string, boolean] => [word, false]),
])

/** Yes or no in one word of any case; what is neither counts as no, and is not valid. */
export const booleanType: FieldType = {
  name: 'boolean',
  sensitive: false,
  components: [],
  read: (text) => {
    const answer = words.get(text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''))
    return { normal: answer ?? false, valid: answer !== undefined }
  },
}
