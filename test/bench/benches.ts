import { append } from './append.ts'
import { backlog } from './backlog.ts'
import type { Bench } from './bench.ts'
import { gatewayEmbedded, gatewayKafka } from './gateway.ts'
import { intake } from './intake.ts'
import { languageTemplates } from './language.ts'
import { languageJudge } from './language-judge.ts'
import { languageTypes } from './language-types.ts'
import { latency500 } from './latency-500.ts'
import { rebuild } from './rebuild.ts'
import { retrier } from './retrier.ts'
import { standalone } from './standalone.ts'
import { step0ms } from './step-0ms.ts'
import { step20ms } from './step-20ms.ts'
import { threeSteps } from './three-steps.ts'
import { transactions } from './transactions.ts'
import { twoWorkers } from './two-workers.ts'

/** Every benchmark, in the order of the table. */
export const benches: readonly Bench[] = [
  step20ms,
  transactions,
  twoWorkers,
  step0ms,
  latency500,
  retrier,
  threeSteps,
  standalone,
  append,
  gatewayKafka,
  gatewayEmbedded,
  intake,
  rebuild,
  backlog,
  languageTemplates,
  languageJudge,
  languageTypes,
]
