import { compileCriteria } from '@leadline/language'
import type { Bench } from './bench.ts'
import { compare } from './compare.ts'

const rounds = 9
const answers = 10_000

const items = Array.from({ length: 22 }, (_, index) => ({
  id: index,
  name: `item number ${index}`,
  tags: ['alpha', 'beta', 'gamma'],
  score: index * 1.5,
  ok: true,
}))
const body = JSON.stringify({ status: 'accepted', id: 'A-4711', offer: { price: 18.5, currency: 'USD' }, errors: [], items })
const read = compileCriteria({
  success: { path: 'status', value: 'accepted' },
  reason: ['errors'],
  reference: 'id',
  price: 'offer.price',
})

/** The judge on a JSON answer of 2 KB, with everything that it tells, beside `JSON.parse` of the same text. */
export const languageJudge: Bench = {
  names: ['language-judge'],
  alone: true,
  async run() {
    const values: number[] = []
    const baselines: number[] = []
    for (let round = 0; round < rounds; round++) {
      baselines.push(speedOf(() => Object.keys(JSON.parse(body)).length))
      values.push(speedOf(judge))
    }
    // The first round is where the compilers of the platform find out what is hot.
    const line = { name: 'language-judge', unit: 'answers/s', goal: { atLeast: 0.5 } }
    return [compare({ ...line, values: values.slice(1), baselines: baselines.slice(1) })]
  },
}

function judge(): number {
  const { says, reason, price, reference, appended } = read({
    status: 200,
    contentType: 'application/json',
    setCookie: undefined,
    body,
  })
  if (says.rule !== 'success-path' || reason() !== undefined || price() !== 18.5 || reference() !== 'A-4711')
    throw new Error('judged wrongly')
  return Object.keys(appended()).length
}

/** Answers a second of processor time, so that neighbours on the machine do not count. */
function speedOf(work: () => number): number {
  const before = process.cpuUsage()
  let keys = 0
  for (let count = 0; count < answers; count++) keys += work()
  const { user, system } = process.cpuUsage(before)
  if (keys !== answers * 5) throw new Error('something was left out')
  return answers / ((user + system) / 1_000_000)
}
