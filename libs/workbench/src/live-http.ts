import { LeadlineError } from '@leadline/domain'
import { type HttpCaller, isNetworkName, networksNamed, openHttpCaller } from '@leadline/http'

/** Calls as services make them: ALLOW_PRIVATE_DESTINATIONS says which private networks they reach. Throws CONFIGURATION when that names none. */
export function openLiveHttp(env: Readonly<Record<string, string | undefined>>): HttpCaller {
  const names = (env['ALLOW_PRIVATE_DESTINATIONS'] ?? '').split(',').map((name) => name.trim())
  const given = names.filter((name) => name !== '')
  if (!given.every(isNetworkName)) {
    throw new LeadlineError('CONFIGURATION', 'ALLOW_PRIVATE_DESTINATIONS must list networks as address/bits, or loopback')
  }
  return openHttpCaller({ allowLoopback: networksNamed(given) })
}
