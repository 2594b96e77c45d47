import { checkOutcomes, type Verdict } from '../acceptance/check-outcomes.ts'
import type { PartnerCount } from '../acceptance/run-report.ts'
import { compareWithJvm, type TopicComparison } from './compare-with-jvm.ts'
import { type CallVerdict, explainCalls } from './explain-calls.ts'
import type { Rerun } from './fault.ts'
import { keepEvidence } from './keep-evidence.ts'
import type { Site } from './open-site.ts'
import { readCallEvidence, rerunLeads } from './read-evidence.ts'

export interface Judgement {
  readonly verdict: Verdict
  /** Doubled outcomes and completions of leads that no operator had done again. */
  readonly doubled: readonly string[]
  /** Leads that an operator had done again. */
  readonly rerun: number
  readonly calls: CallVerdict
  readonly partner: PartnerCount
  readonly comparisons: readonly TopicComparison[]
  readonly violations: readonly string[]
}

const stepsPerLead = 2

/** Counts record by record what a run left behind; nothing may be running that still has work. */
export async function judge(
  site: Site,
  { accepted, reruns }: { readonly accepted: ReadonlySet<string>; readonly reruns: readonly Rerun[] },
): Promise<Judgement> {
  const verdict = await checkOutcomes(site.log, site.codec, site.prefix, accepted)
  const rerun = await rerunLeads(site, reruns)
  const doubled = [...verdict.outcomesTwice, ...verdict.completedTwice].filter((id) => !rerun.has(id.slice(0, id.indexOf('/'))))
  const evidence = await readCallEvidence(site, accepted, rerun)
  const calls = explainCalls(evidence)
  await keepEvidence(`${site.directory}/logs/unexplained-calls.json`, evidence, calls)
  const comparisons = await compareWithJvm({ ...site, brokers: site.cluster.direct }, rerun)
  const partner = site.outside.stats()
  const wanted = accepted.size
  const checks: readonly [boolean, string][] = [
    [verdict.lost.length === 0, `lost leads: ${listed(verdict.lost)}`],
    [doubled.length === 0, `doubled outcomes: ${listed(doubled)}`],
    [verdict.completed === wanted, `${verdict.completed} of ${wanted} leads completed`],
    [verdict.outcomes === wanted * stepsPerLead, `${verdict.outcomes} outcomes instead of ${wanted * stepsPerLead}`],
    [
      verdict.byOutcome['success'] !== undefined && onlySuccess(verdict),
      `outcomes of leads: ${JSON.stringify(verdict.byOutcome)}`,
    ],
    [verdict.deadLetters === 0, `${verdict.deadLetters} dead letters`],
    [calls.unexplained.length === 0, `unexplained calls: ${listed(calls.unexplained.map((call) => JSON.stringify(call)))}`],
    [calls.invented.length === 0, `answers without a call: ${listed(calls.invented.map((attempt) => JSON.stringify(attempt)))}`],
    [
      partner.distinctKeys === wanted * stepsPerLead && partner.withoutKey === 0,
      `the outside saw ${partner.distinctKeys} keys instead of ${wanted * stepsPerLead}, ${partner.withoutKey} calls without one`,
    ],
    ...comparisons.map(({ topic, ours, jvm, different }): [boolean, string] => [
      different === 0 && ours === jvm,
      `${topic}: the JVM consumer sees ${jvm} records, our reader ${ours}, and ${different} differ`,
    ]),
    ...comparisons.map(({ topic, doubled: ids }): [boolean, string] => [
      ids.length === 0,
      `${topic}: the JVM consumer sees event ids twice: ${listed(ids)}`,
    ]),
  ]
  const violations = checks.flatMap(([holds, what]) => (holds ? [] : [what]))
  return { verdict, doubled, rerun: rerun.size, calls, comparisons, violations, partner }
}

function onlySuccess({ byOutcome }: Verdict): boolean {
  return Object.keys(byOutcome).length === 1
}

function listed(ids: readonly string[]): string {
  return `${ids.length} (${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''})`
}
