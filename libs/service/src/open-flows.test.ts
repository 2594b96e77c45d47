import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, expect, it } from 'vitest'
import { openFlows } from './open-flows.ts'

const flowsDirectory = mkdtempSync(`${tmpdir()}/open-flows-`)
afterEach(() => rmSync(flowsDirectory, { recursive: true }))

it('an address that the calls would refuse is refused when flows are opened, unless private networks may be called', async () => {
  const step = '  - name: send\n    uses: http\n    with: { url: "http://10.1.2.3/leads" }\n'
  writeFileSync(`${flowsDirectory}/one.yaml`, `flow: one\nsources: { web: { auth: none } }\nsteps:\n${step}`)
  const open = (privateDestinations: readonly string[]) =>
    openFlows({ config: { flowsDirectory, privateDestinations, inFlight: 1 }, env: {} })

  await expect(open([])).rejects.toThrow(/one\.yaml:6.*steps\.0\.with\.url: URL must be public/s)
  await using opened = await open(['10.0.0.0/8'])
  expect([...opened.flows.byName.keys()]).toEqual(['one'])
})
