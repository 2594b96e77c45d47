import { disposableEmailBlocklistSet } from 'disposable-email-domains-js'
import emailProviders from 'email-providers/all.json' with { type: 'json' }
import { getPublicSuffix } from 'tldts'
import type { FieldType } from './field-type.ts'

const user = /^[^\s@"(),:;<>[\]\\]{1,64}$/
const label = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u
// The list of providers has names that RFC 2606 keeps for examples.
const reserved = new Set(['example.com', 'example.net', 'example.org', 'test.com'])
const free = new Set(emailProviders.filter((domain) => !reserved.has(domain)))
const disposable = disposableEmailBlocklistSet()

/** An address, in lower case; flags tell mailboxes that everybody gets for nothing, and those made to be thrown away. */
export const emailType: FieldType = {
  name: 'email',
  sensitive: false,
  components: ['user', 'host', 'domain', 'tld', 'is_free', 'is_disposable'],
  settled: /^[\x21-\x40\x5b-\x7e]+$/,
  read: (text) => {
    const normal = text.trim().toLowerCase()
    const at = normal.lastIndexOf('@')
    const name = normal.slice(0, at)
    const domain = normal.slice(at + 1)
    if (at < 1 || !user.test(name) || /^\.|\.\.|\.$/.test(name) || !domain.split('.').every((part) => label.test(part)))
      return undefined
    const tld = getPublicSuffix(domain)
    if (tld === null || tld === domain || /^\d+$/.test(tld)) return undefined
    const host = domain.slice(0, -tld.length - 1)
    // A mailbox below a provider's domain is that provider's.
    const registered = `${host.slice(host.lastIndexOf('.') + 1)}.${tld}`
    const flags = {
      is_free: free.has(domain) || free.has(registered),
      is_disposable: disposable.has(domain) || disposable.has(registered),
    }
    return { normal, components: { user: name, host, domain, tld, ...flags } }
  },
}
