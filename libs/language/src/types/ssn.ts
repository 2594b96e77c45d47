import type { FieldType } from './field-type.ts'

/** A social security number of the United States; some or all digits may be stars. */
export const ssnType: FieldType = {
  name: 'ssn',
  sensitive: true,
  components: ['first_three', 'middle_two', 'last_four'],
  settled: /^\d{9}$/,
  read: (text) => {
    const normal = text.replace(/[\s.-]/g, '')
    if (!/^[\d*]{9}$/.test(normal)) return undefined
    const components = { first_three: normal.slice(0, 3), middle_two: normal.slice(3, 5), last_four: normal.slice(5) }
    return { normal, masked: normal.includes('*'), components }
  },
}
