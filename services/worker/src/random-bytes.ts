/** Bytes for ids that need not be secret, from the injected randomness. */
export function randomBytes(count: number, random: () => number): Uint8Array {
  const bytes = new Uint8Array(count)
  for (let at = 0; at < count; at++) bytes[at] = Math.floor(random() * 256)
  return bytes
}
