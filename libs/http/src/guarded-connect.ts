import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import type { AddressGuard } from './address-guard.ts'

/** All addresses of a name. Rejects when it has none. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>

/** The guard did not let a connection out. */
export class BlockedAddress extends Error {
  override readonly name = 'BlockedAddress'
}

export const systemResolve: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    dnsLookup(hostname, { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)))
  })

/**
 * Connects only to addresses that the guard lets pass: a name is resolved once, refused whole when any of its addresses is
 * forbidden, and the socket goes to a checked address, while Host and SNI keep the name.
 */
export function guardedConnector(guard: AddressGuard, resolve: Resolve, timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false, lookup: guardedLookup(guard, resolve) })
  return (options, callback) => {
    const literal = options.hostname.replace(/^\[|\]$/g, '')
    // Node looks up names only: an address in the URL would pass the lookup unseen.
    const complaint = isIP(literal) === 0 ? undefined : guard(literal)
    if (complaint !== undefined) {
      callback(new BlockedAddress(complaint), null)
      return
    }
    connect({ ...options, hostname: literal }, (...result) => {
      const [, socket] = result
      const peer = socket?.remoteAddress
      const late = peer === undefined ? undefined : guard(peer)
      if (late === undefined) return callback(...result)
      socket?.destroy()
      callback(new BlockedAddress(late), null)
    })
  }
}

function guardedLookup(guard: AddressGuard, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const complaint = addresses.map(({ address }) => guard(address)).find((found) => found !== undefined)
        const [first] = addresses
        if (complaint !== undefined) callback(new BlockedAddress(`${hostname}: ${complaint}`), '')
        else if (first === undefined) callback(new Error(`${hostname} has no address`), '')
        else if (options.all === true) callback(null, [...addresses])
        else callback(null, first.address, first.family)
      },
      (error: Error) => callback(error, ''),
    )
  }
}
