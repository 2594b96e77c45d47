import { describe, expect, it } from 'vitest'
import { runExample } from './kit/run-example.ts'
import { connectors } from './registry.ts'

const all = [...connectors.values()]
const examples = all.flatMap((connector) =>
  connector.examples.map((example) => ({ name: `${connector.id}: ${example.name}`, connector, example })),
)

describe('every connector', () => {
  it.each(examples)('$name', async ({ connector, example }) => {
    expect(connector.check(example.with)).toEqual([])
    const { wire, verdict } = await runExample(connector, example)
    expect({ rule: verdict.rule, conclusion: verdict.conclusion }).toMatchObject(example.expect)
    expect(wire ?? {}).toMatchObject(example.wire ?? {})
  })

  it.each(all)('$id has an example for each of its rules, and no others', ({ ruleIds, examples: own }) => {
    expect([...new Set(own.map((example) => example.expect.rule.replace(/\..*/, '')))].sort()).toEqual([...ruleIds].sort())
    expect(new Set(ruleIds).size).toBe(ruleIds.length)
  })

  it.each(all)('$id is registered under its id, with a revision', ({ id, revision }) => {
    expect(connectors.get(id)?.id).toBe(id)
    expect(revision).toMatch(/^[0-9a-f]{12}$/)
  })
})
