const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/
const zeros = /^0+$/

/** The W3C trace context of the caller when its header is valid, else a new one from 24 random bytes (https://www.w3.org/TR/trace-context/). */
export function traceparentOf(header: string | undefined, random: (bytes: number) => Uint8Array): string {
  const [, trace, parent] = pattern.exec(header ?? '') ?? []
  if (header && trace && parent && !zeros.test(trace) && !zeros.test(parent)) return header
  const hex = Buffer.from(random(24)).toString('hex')
  return `00-${hex.slice(0, 32)}-${hex.slice(32, 48)}-01`
}
