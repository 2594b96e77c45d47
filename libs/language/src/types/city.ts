import { type FieldType, readTidied } from './field-type.ts'

export const cityType: FieldType = { name: 'city', sensitive: false, components: [], read: readTidied }
