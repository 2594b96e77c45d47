import type { Bench } from './bench.ts'
import { step20ms } from './step-20ms.ts'

/** Every benchmark, in the order of the table. */
export const benches: readonly Bench[] = [step20ms]
