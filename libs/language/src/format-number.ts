const scales = [
  [1e12, 't'],
  [1e9, 'b'],
  [1e6, 'm'],
  [1e3, 'k'],
] as const

/**
 * `0,0.00` → 1,250.00 · `$0,0` → $1,250 · `0.0[00]` cuts zeros at the end · `0%` · `000` pads · `0.0a` → 1.3k · `(0,0)` brackets negative
 * numbers · `+0` always has a sign. Other text stands for itself.
 */
export function formatNumber(value: number, format: string): string {
  const [whole = ''] = /[0#](?:[0#,]*[0#])?(?:\.[0#]*)?(?:\[\.?[0#]+\])?/.exec(format) ?? []
  if (whole === '') return format
  const at = format.indexOf(whole)
  const [before, after] = [format.slice(0, at), format.slice(at + whole.length)]
  const scale = after.includes('a') ? scales.find(([size]) => Math.abs(value) >= size) : undefined
  const scaled = after.includes('%') ? value * 100 : value / (scale?.[0] ?? 1)
  const digits = digitsOf(Math.abs(scaled), whole)
  const text = `${before.replace(/[(+-]/g, '')}${digits}${after.replace(/[)]/g, '').replace(/ ?a/, scale?.[1] ?? '')}`
  if (value >= 0 || /^[0.,]*$/.test(digits)) return before.includes('+') ? `+${text}` : text
  return before.includes('(') ? `(${text})` : `-${text}`
}

function digitsOf(size: number, pattern: string): string {
  const [, fixed = '', optional = ''] = /\.?([0#]*)(?:\[\.?([0#]+)\])?$/.exec(pattern.slice(pattern.search(/[.[]|$/))) ?? []
  const rounded = roundHalfUp(size, fixed.length + optional.length)
  const [integer = '0', fraction = ''] = rounded.split('.')
  const [leading = ''] = pattern.split(/[.[]/)
  const grouped = leading.includes(',')
    ? integer.replace(/\B(?=(?:\d{3})+$)/g, ',')
    : integer.padStart(leading.replaceAll('#', '').length, '0')
  const kept = fraction.slice(0, fixed.length) + fraction.slice(fixed.length).replace(/0+$/, '')
  return kept === '' ? grouped : `${grouped}.${kept}`
}

/** As people round money: 1.005 is 1.01, although the nearest double is a little less. */
export function roundHalfUp(value: number, decimals: number): string {
  const places = Math.min(Math.max(Math.trunc(decimals), 0), 20)
  if (Math.abs(value) >= 1e15 || String(value).includes('e')) return value.toFixed(places)
  const shifted = Math.round(Number(`${Math.abs(value)}e${places}`))
  const sized = Number(`${shifted}e-${places}`).toFixed(places)
  return value < 0 && Number(sized) !== 0 ? `-${sized}` : sized
}
