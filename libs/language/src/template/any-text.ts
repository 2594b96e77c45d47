import fc from 'fast-check'

const dangerous = [...'"\'`\\/<>&%?#=+;,|{}[]()$.!-\r\n\t \u0000\u2028\ufeff\ufffe😀é', '}}', '{{', ']]>', '<!--', '..']

/** Any text, half surrogates and what breaks documents in it more often than in life. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...dangerous),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''))
