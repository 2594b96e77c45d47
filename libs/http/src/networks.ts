import { isIP } from 'node:net'

/** What may be allowed by name: `address/bits`, or `loopback`. */
export function isNetworkName(text: string): boolean {
  if (text === 'loopback') return true
  const [address = '', bits = '', ...rest] = text.split('/')
  const most = isIP(address) === 6 ? 128 : 32
  return isIP(address) !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most && rest.length === 0
}

/** The networks that such names stand for. */
export function networksNamed(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => (name === 'loopback' ? ['127.0.0.0/8', '::1'] : [name]))
}
