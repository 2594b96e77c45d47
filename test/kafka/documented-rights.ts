import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { operations, type Right, types } from './acls.ts'

const page = new URL('../../docs/kafka-security.md', import.meta.url)
const documentedPrefix = 'leadline.'

/** The rights that `docs/kafka-security.md` tells to give, for an installation with this prefix. Throws at a line that kafka-acls.sh would refuse too. */
export function documentedRights(prefix: string): Right[] {
  return readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('acl '))
    .flatMap((line) => rightsIn(line, prefix))
}

function rightsIn(line: string, prefix: string): Right[] {
  const each: { type: 'string'; multiple: true; default: string[] } = { type: 'string', multiple: true, default: [] }
  const { values, positionals } = parseArgs({
    args: line.split(' ').slice(1),
    allowPositionals: true,
    options: {
      operation: each,
      topic: each,
      group: each,
      'transactional-id': each,
      'resource-pattern-type': { type: 'string', default: 'literal' },
    },
  })
  const [user, ...more] = positionals
  const pattern = values['resource-pattern-type']
  if (user === undefined || more.length > 0 || !isPattern(pattern)) throw new Error(`not understood: ${line}`)
  const rights = Object.keys(types)
    .filter(isType)
    .flatMap((type) =>
      namesOf(type).flatMap((name) =>
        values.operation.map((operation) => {
          if (!isOperation(operation) || !name.startsWith(documentedPrefix)) throw new Error(`not understood: ${line}`)
          return { user, operation, type, name: prefix + name.slice(documentedPrefix.length), pattern }
        }),
      ),
    )
  if (rights.length === 0) throw new Error(`gives nothing: ${line}`)
  return rights

  function namesOf(type: Right['type']): readonly string[] {
    return type === 'cluster' ? [] : values[type]
  }
}

const isPattern = (text: string): text is Right['pattern'] => text === 'literal' || text === 'prefixed'
const isType = (text: string): text is Right['type'] => text in types
const isOperation = (text: string): text is Right['operation'] => text in operations
