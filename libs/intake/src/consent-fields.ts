import type { Json, JsonObject } from '@leadline/domain'

/** Consent certificates come from a script in the form, whose field names differ in case from site to site. */
const certificate = 'xxtrustedformcerturl'
const pingCertificate = 'xxtrustedformpingurl'

/** The fields with certificates under their standard names; the one for pings counts on pings only. A standard field that is there stays. */
export function renameConsentFields(fields: JsonObject, submission: 'lead' | 'ping'): JsonObject {
  const names = Object.keys(fields)
  if (!names.some((name) => name.length === certificate.length && isConsentField(name))) return fields
  const renamed = new Map<string, Json>()
  for (const [name, value] of Object.entries(fields)) {
    const standard = standardName(name, submission)
    if (standard === null) continue
    if (standard === name || !Object.hasOwn(fields, standard)) renamed.set(standard, value)
  }
  return Object.fromEntries(renamed)
}

function isConsentField(name: string): boolean {
  const lower = name.toLowerCase()
  return lower === certificate || lower === pingCertificate
}

function standardName(name: string, submission: 'lead' | 'ping'): string | null {
  switch (name.toLowerCase()) {
    case certificate:
      return 'trustedform_cert_url'
    case pingCertificate:
      return submission === 'ping' ? 'trustedform_ping_url' : null
    default:
      return name
  }
}
