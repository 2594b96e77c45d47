import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runCheckFlows } from './check-flows.ts'

const directory = fileURLToPath(new URL('../../../test/broken-flows', import.meta.url))
const expected = readFileSync(`${directory}/expected.txt`, 'utf8').trimEnd().split('\n')

async function check(args: readonly string[], env = {}): Promise<{ code: number; out: string[]; error: string[] }> {
  const [out, error]: [string[], string[]] = [[], []]
  const code = await runCheckFlows(args, env, { out: (line) => out.push(line), error: (line) => error.push(line) })
  return { code, out: out.map((line) => line.replace(`${directory}/`, '')), error }
}

describe('check-flows', () => {
  it('names every mistake of a folder of broken flows, where it stands, with the nearest right name', async () => {
    expect(await check([directory])).toEqual({ code: 1, out: expected, error: [] })
  })

  it('finds something in each of them', async () => {
    const { out } = await check([directory])
    const broken = new Set(out.slice(0, -1).map((line) => line.split(':', 1)[0]))
    expect(broken.size).toBe(27)
    expect(out.at(-1)).toMatch(/^\d+ mistakes in 27 files$/)
  })

  it('says that there are none, once the variables are set', async () => {
    const demo = fileURLToPath(new URL('../../../examples/01-demo', import.meta.url))
    expect(await check([demo], { PARTNER_URL: 'https://partner.example' })).toEqual({
      code: 0,
      out: ['no mistakes in 1 file'],
      error: [],
    })
    expect((await check([demo])).code).toBe(1)
  })

  it.each([[[]], [['a', 'b']], [['--help']], [['/no/such/directory']]])('refuses the arguments %j', async (args) => {
    const { code, out, error } = await check(args)
    expect([code, out]).toEqual([2, []])
    expect(error.join('\n')).toMatch(/npm run check-flows|cannot be read/)
  })
})
