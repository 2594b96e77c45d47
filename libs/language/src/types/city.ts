import { type FieldType, readTidied, tidy } from './field-type.ts'

export const cityType: FieldType = { name: 'city', sensitive: false, components: [], settled: tidy, read: readTidied }
