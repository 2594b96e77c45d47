/** What a service says of itself at /metrics; what it does not have is 0. */
export interface ServiceMetrics {
  readonly heapUsedBytes: number
  /** Since the last look. */
  readonly eventLoopP99Ms: number
  /** Age of the oldest record that is not done, over all lanes but those of parked attempts. */
  readonly baseAgeSeconds: number
  /** Records between the committed positions and the ends, parked attempts aside. */
  readonly lag: number
  /** Attempts that wait on a delay tier. */
  readonly parked: number
  readonly orphans: number
  readonly lanes: number
  /** Keys that lanes remember for a time: intake the id of each lead, for a day. */
  readonly stateEntries: number
  readonly stateBytes: number
}

interface Series {
  readonly name: string
  readonly topic: string
  readonly value: number
}

export async function readMetrics(port: number): Promise<ServiceMetrics> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  if (response.status !== 200) throw new Error(`/metrics answered ${response.status}`)
  return toServiceMetrics(parseMetrics(await response.text()))
}

/** The text format of Prometheus. */
export function parseMetrics(text: string): Series[] {
  return text.split('\n').flatMap((line) => {
    const found = /^([a-z_0-9]+)(\{.*\})? (\S+)$/.exec(line)
    if (found === null) return []
    const [, name = '', labels = '', value] = found
    return [{ name, topic: /topic="([^"]*)"/.exec(labels)?.[1] ?? '', value: Number(value) }]
  })
}

export function toServiceMetrics(series: readonly Series[]): ServiceMetrics {
  const of = (name: string) => series.filter((one) => one.name === name)
  const first = (name: string) => of(name)[0]?.value ?? 0
  const sum = (some: readonly Series[]) => some.reduce((total, { value }) => total + value, 0)
  const parks = ({ topic }: Series) => topic.includes('retry.')
  const works = (one: Series) => !parks(one)
  return {
    heapUsedBytes: first('nodejs_heap_size_used_bytes'),
    eventLoopP99Ms: first('nodejs_eventloop_lag_p99_seconds') * 1_000,
    baseAgeSeconds: Math.max(
      0,
      ...of('leadline_base_age_seconds')
        .filter(works)
        .map(({ value }) => value),
    ),
    lag: sum(of('leadline_lag_records').filter(works)),
    parked: sum(of('leadline_lag_records').filter(parks)),
    orphans: sum(of('leadline_orphaned_calls_total')),
    lanes: sum(of('leadline_lanes')),
    stateEntries: sum(of('leadline_state_entries')),
    stateBytes: sum(of('leadline_state_bytes')),
  }
}
