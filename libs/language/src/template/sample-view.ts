import type { JsonObject } from '@leadline/domain'
import { typedValue, type ValueObject } from '../typed-value.ts'
import type { View } from '../view.ts'

/** A view with the given lead, and whatever else. */
export function viewWith(lead: ValueObject, more: Partial<View> = {}): View {
  return { lead, appended: {}, source: {}, flow: {}, ...more }
}

export function typedPhone(components: JsonObject = {}) {
  const all = { area: '512', exchange: '555', line: '0123', ...components }
  return typedValue('phone', { normal: '5125550123', raw: '(512) 555-0123', valid: true, components: all })
}

export function typedEmail(text: string, valid: boolean, components: JsonObject = {}) {
  return typedValue('email', { normal: text.toLowerCase(), raw: text, valid, components })
}
