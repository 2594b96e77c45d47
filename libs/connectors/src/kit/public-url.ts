import { isIP } from 'node:net'
import { createAddressGuard } from '@leadline/http'
import { parse } from 'tldts'

const guard = createAddressGuard(false)
// Reserved for documentation (RFC 2606): examples are written with them, and they can never be reached.
const documentation = /\.(?:example|test|invalid)$/

/** True when the host of a URL can be on the public internet: a public address, or a name under a top-level domain that exists. */
export function isPublicUrl(url: string): boolean {
  const host = URL.parse(url)?.hostname.replace(/\.$/, '')
  if (host === undefined || host === '') return false
  const address = host.replace(/^\[(.*)\]$/, '$1')
  if (isIP(address) !== 0) return guard(address) === undefined
  if (documentation.test(host)) return true
  const { isIcann, domain } = parse(host, { allowPrivateDomains: false })
  return isIcann === true && domain !== null
}
