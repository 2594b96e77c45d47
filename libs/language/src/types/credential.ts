import type { FieldType } from './field-type.ts'

/** A password or token, as it is. */
export const credentialType: FieldType = {
  name: 'credential',
  sensitive: true,
  components: [],
  longest: 10_000,
  read: (text) => (text.trim() === '' ? undefined : { normal: text, masked: /^\*+$/.test(text) }),
}
