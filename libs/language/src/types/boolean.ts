import { yesOrNo } from '../yes-no.ts'
import type { FieldType } from './field-type.ts'

/** Yes or no in one word of any case; what is neither counts as no, and is not valid. */
export const booleanType: FieldType = {
  name: 'boolean',
  sensitive: false,
  components: [],
  read: (text) => {
    const answer = yesOrNo(text)
    return { normal: answer ?? false, valid: answer !== undefined }
  },
}
