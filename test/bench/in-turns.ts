/**
 * Measures both, one after the other, so many times. Who goes first alternates: what a run leaves to the next one (a heap, compiled code, a busy
 * broker) is for each side once.
 */
export async function inTurns<T>(
  rounds: number,
  ours: () => Promise<T>,
  theirs: () => Promise<T>,
): Promise<{ readonly values: T[]; readonly baselines: T[] }> {
  const values: T[] = []
  const baselines: T[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) baselines.push(await theirs())
    values.push(await ours())
    if (round % 2 === 1) baselines.push(await theirs())
  }
  return { values, baselines }
}
