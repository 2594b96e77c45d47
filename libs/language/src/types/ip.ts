import type { FieldType } from './field-type.ts'

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const v4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)
const v6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/i

/** An address of version 4 or 6, also out of a URL, with a port or with a prefix length. */
export const ipType: FieldType = {
  name: 'ip',
  sensitive: false,
  components: ['is_ipv4'],
  read: (text) => {
    const bare = v4.test(text) ? text : withoutSurroundings(text.trim())
    if (v4.test(bare)) return { normal: bare, components: { is_ipv4: true } }
    const shortened = v6.test(bare) ? URL.parse(`http://[${bare}]/`)?.hostname.slice(1, -1) : undefined
    return shortened === undefined ? undefined : { normal: shortened, components: { is_ipv4: false } }
  },
}

/** Takes off scheme, path, prefix length, brackets, port and zone. */
function withoutSurroundings(text: string): string {
  const host = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#].*$/, '')
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(host) ?? []
  const address = bracketed ?? host.replace(/^([\d.]+):\d{1,5}$/, '$1')
  return address.replace(/%[\w.-]+$/, '')
}
