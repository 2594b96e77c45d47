/** Bytes for ids that need not be secret, from the injected randomness. */
export function randomBytes(count: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length: count }, () => Math.floor(random() * 256))
}
