import { BlockList, isIP } from 'node:net'

/** Says why an address must not be called; undefined when it may be. */
export type AddressGuard = (address: string) => string | undefined

/** `true` allows this machine only; a list allows those networks (`10.1.0.0/16`, `fd00::/8`, a single address). */
export type AllowedNetworks = boolean | readonly string[]

// The IANA special-purpose registries (RFC 6890 and updates), multicast, and the metadata address of Azure, which is public.
// AWS, Google and Alibaba metadata addresses lie in 169.254.0.0/16, fc00::/7 and 100.64.0.0/10.
const forbidden4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
// `::/96`, Teredo (in 2001::/23), 6to4 and local NAT64 wrap IPv4 addresses and have no honest use here.
const forbidden6 = [
  '::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]

const forbidden = networks([...forbidden4, ...forbidden6])
const loopback = ['127.0.0.0/8', '::1/128']

/** Throws a RangeError for a network that is none. */
export function createAddressGuard(allowed: AllowedNetworks): AddressGuard {
  const exceptions = networks(typeof allowed === 'boolean' ? (allowed ? loopback : []) : allowed)
  return (address) => {
    const family = isIP(address)
    if (family === 0 || address.includes('%')) return `"${address}" is not an address to call`
    const plain = family === 6 ? (wrappedIpv4(address) ?? address) : address
    if (contains(exceptions, plain) || !contains(forbidden, plain)) return undefined
    return `${address} is not a public address`
  }
}

function networks(list: readonly string[]): BlockList {
  const blocks = new BlockList()
  for (const network of list) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address)
    if (family === 0 || network.split('/').length > 2) throw new RangeError(`"${network}" is not a network like 10.1.0.0/16`)
    const prefix = bits === undefined ? (family === 4 ? 32 : 128) : Number(bits)
    blocks.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6')
  }
  return blocks
}

function contains(blocks: BlockList, address: string): boolean {
  return blocks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}

/** The IPv4 address inside a mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96) or ISATAP address. */
function wrappedIpv4(address: string): string | undefined {
  const words = ipv6Words(address)
  const head = words.slice(0, 6).join(':')
  const isIsatap = (words[4] === 0 || words[4] === 0x200) && words[5] === 0x5efe
  if (head !== '0:0:0:0:0:65535' && head !== '100:65435:0:0:0:0' && !isIsatap) return undefined
  const [high = 0, low = 0] = words.slice(6)
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

function ipv6Words(address: string): number[] {
  // The URL parser writes every spelling in one way: hex words, the longest run of zeros as "::".
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const parse = (text: string) => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)))
  const [before, after] = [parse(head), parse(tail ?? '')]
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}
