import { writeFile } from 'node:fs/promises'
import { flowJsonSchema } from '@leadline/flows'
import { terminal } from './command-tools.ts'

const file = new URL('../../../docs/flow.schema.json', import.meta.url)
await writeFile(file, `${JSON.stringify(flowJsonSchema(), null, 2)}\n`)
terminal.out('wrote docs/flow.schema.json')
