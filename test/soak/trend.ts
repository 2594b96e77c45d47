/** A measured value, `at` in milliseconds. */
export interface Point {
  readonly at: number
  readonly value: number
}

const hourMs = 3_600_000

/**
 * The least value of each of `count` windows of equal length. A heap is a saw-tooth: what lies between two collections
 * says nothing about a leak, what is left after them does.
 */
export function floors(points: readonly Point[], count: number): Point[] {
  const from = points[0]?.at ?? 0
  const length = ((points.at(-1)?.at ?? 0) - from) / count
  const windows = Map.groupBy(points, ({ at }) => (length === 0 ? 0 : Math.min(count - 1, Math.floor((at - from) / length))))
  return [...windows]
    .sort(([a], [b]) => a - b)
    .map(([, window]) => window.reduce((least, one) => (one.value < least.value ? one : least)))
}

/** Slope of the straight line through the points, by least squares; 0 with less than two. */
export function slopePerHour(points: readonly Point[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanAt, meanValue] = [mean(points.map(({ at }) => at)), mean(points.map(({ value }) => value))]
  const spread = points.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0)
  if (!(spread > 0)) return 0
  const together = points.reduce((sum, { at, value }) => sum + (at - meanAt) * (value - meanValue), 0)
  return (together / spread) * hourMs
}

/** The points of the last half of the time. */
export function secondHalf(points: readonly Point[]): Point[] {
  const from = points[0]?.at ?? 0
  const to = points.at(-1)?.at ?? 0
  return points.filter(({ at }) => at >= from + (to - from) / 2)
}

/** How long the points go on. */
export function hoursOf(points: readonly Point[]): number {
  return ((points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0)) / hourMs
}
