import { readCases } from './case-file.ts'
import { ops } from './registry.ts'
import { linesOf, runCase } from './run-cases.ts'

// `npm run conformance -- FILE…`: runs case files against the product; exits 1 unless every case passes.
const files = process.argv.slice(2)
if (files.length === 0) console.error('usage: npm run conformance -- FILE…')
let passed = 0
let failed = 0
for (const file of files) {
  for (const one of await readCases(file)) {
    const verdict = one.type === 'case' ? await runCase(one, ops) : one
    if (verdict.type === 'passed') passed++
    else failed++
    for (const line of linesOf(verdict)) console.log(line)
  }
}
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
console.log(`${passed} passed, ${failed} failed`)
