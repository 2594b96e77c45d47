const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
type Unit = keyof typeof unitsMs
const isUnit = (text: string): text is Unit => Object.hasOwn(unitsMs, text)

/** Milliseconds of `500ms`, `5s`, `1.5m`, `2h` or `30d`; undefined for anything else. */
export function readDuration(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text.trim()) ?? []
  return amount === undefined || !isUnit(unit) ? undefined : Math.round(Number(amount) * unitsMs[unit])
}
