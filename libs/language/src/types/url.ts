import type { JsonObject } from '@leadline/domain'
import type { FieldType, Reading } from './field-type.ts'

const written = /^([a-z][a-z0-9+.-]*):\/\//i

/** An address on the web; `http` is meant where no scheme is written. */
export const urlType: FieldType = {
  name: 'url',
  sensitive: false,
  components: ['protocol', 'host', 'port', 'path', 'query', 'hash'],
  longest: 8_192,
  read: readUrl,
}

/** An http or https URL; undefined for everything else. */
export function readUrl(text: string): Reading | undefined {
  const trimmed = text.trim()
  if (trimmed === '' || /\s/.test(trimmed)) return undefined
  const scheme = written.exec(trimmed)?.[1]
  const url = URL.parse(scheme === undefined ? `http://${trimmed.replace(/^\/\//, '')}` : trimmed)
  if (url === null || !/^https?:$/.test(url.protocol) || !isWebHost(url.hostname)) return undefined
  // A number with a point in it would be an address.
  if (/^[\d.]+$/.test(url.hostname) && !trimmed.includes(url.hostname)) return undefined
  // `mailto:ann@example.org` with a scheme put before it would be a user name.
  if (scheme === undefined && url.username !== '') return undefined
  return { normal: url.href, components: componentsOf(url) }
}

function componentsOf(url: URL): JsonObject {
  const { protocol, host, port, pathname, search, hash } = url
  return { protocol: protocol.slice(0, -1), host, port, path: pathname, query: search.slice(1), hash }
}

/** A name of several parts, or an address. */
function isWebHost(hostname: string): boolean {
  return hostname.startsWith('[') || /^(?:[^.]+\.)+[^.]+\.?$/.test(hostname)
}
