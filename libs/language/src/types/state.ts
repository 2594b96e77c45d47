import type { FieldType } from './field-type.ts'
import { findRegion } from './regions.ts'

/** A state or territory of the United States or a province of Canada, by name or code. */
export const stateType: FieldType = {
  name: 'state',
  sensitive: false,
  components: ['code', 'name', 'country_code'],
  settled: /^[A-Z]{2}$/,
  read: (text) => {
    const region = findRegion(text)
    return region && { normal: region.code, components: { ...region } }
  },
}
