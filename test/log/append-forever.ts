import { openSqliteLog } from '@leadline/log'

// Run as a process of its own, to be killed: appends and commits, and prints each number once it is durable.
const [directory = ''] = process.argv.slice(2)
const log = await openSqliteLog({ directory })
await log.ensureTopics(
  ['appended', 'committed', 'input'].map((name) => ({
    name,
    partitions: 1,
    cleanup: 'delete',
    retentionMs: null,
    maxRecordBytes: 1_000_000,
  })),
)
const outgoing = (topic: string, number: number) => ({
  topic,
  key: null,
  value: Buffer.from(`${number}`.padEnd(2_000)),
  headers: {},
})

await log.join('group', ['input'], {
  async assigned(lane) {
    for (let number = (lane.position.offset ?? 0) + 1; ; number++) {
      await log.append([outgoing('appended', number)])
      process.stdout.write(`a${number}\n`)
      await lane.commit({ offset: number, metadata: `${number}`, records: [outgoing('committed', number)] })
      process.stdout.write(`c${number}\n`)
    }
  },
  released: async () => {},
})
