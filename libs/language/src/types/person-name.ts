import { type FieldType, readTidied, tidied, tidy } from './field-type.ts'
import { parseFullName } from './parse-full-name.ts'

export const firstNameType: FieldType = { name: 'first_name', sensitive: false, components: [], settled: tidy, read: readTidied }

export const lastNameType: FieldType = { name: 'last_name', sensitive: false, components: [], settled: tidy, read: readTidied }

export const fullNameType: FieldType = {
  name: 'full_name',
  sensitive: false,
  components: ['salutation', 'first_name', 'middle_name', 'last_name', 'suffix'],
  settled: tidy,
  read: (text) => {
    const normal = tidied(text)
    return normal === '' ? undefined : { normal, components: { ...parseFullName(normal) } }
  },
}
