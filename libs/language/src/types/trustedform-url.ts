import type { FieldType } from './field-type.ts'
import { readUrl, urlType } from './url.ts'

const certificate = /^https?:\/\/cert\.trustedform\.com\/[0-9a-f]{40}(?:[?#].*)?$/i

/** The address of a consent certificate, on the host that gives them out and nowhere else. */
export const trustedformUrlType: FieldType = {
  name: 'trustedform_url',
  sensitive: false,
  components: urlType.components,
  longest: 8_192,
  read: (text) => (certificate.test(text.trim()) ? readUrl(text) : undefined),
}
