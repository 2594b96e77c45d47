import { toLeadlineError } from '@leadline/domain'
import { topicNames } from '@leadline/events'
import { createEvents, createHealth, createLogger, createMetrics, openEventCodec, openLog, readConfig } from '@leadline/service'
import { storeFileIn } from '@leadline/store'
import { rebuildStore } from './rebuild-store.ts'

const usage = `npm run rebuild
  Builds the event store anew from the topics and puts it in the old one's place.
  Stop the recorder and the console first (embedded: stop npm start). Variables: see docs/configuration.md.
`

async function rebuild(): Promise<void> {
  const config = readConfig(process.env)
  const logger = createLogger({ ...config, logLevel: config.logLevel === 'info' ? 'warn' : config.logLevel }, 'rebuild')
  const events = createEvents({ metrics: createMetrics(), logger })
  const context = { config, logger, health: createHealth(), events, signal: new AbortController().signal }
  await using log = await openLog(context, [])
  const { records, recordsPerSecond, rebuilt, before } = await rebuildStore({
    log,
    codec: await openEventCodec(context),
    topics: topicNames(config.topicPrefix),
    file: storeFileIn(config.dataDirectory),
    leftOut: ({ topic, partition, offset }, error) =>
      process.stderr.write(`left out ${topic}/${partition}/${offset}: ${error.message} [${error.code}]\n`),
    elapsedMs: () => performance.now(),
  })
  process.stdout.write(`${records} records read, ${recordsPerSecond}/s; ${rebuilt.leads} leads, ${rebuilt.events} events kept\n`)
  process.stdout.write(`digest ${rebuilt.sha256}: ${comparison(before?.sha256, rebuilt.sha256)}\n`)
}

function comparison(before: string | undefined, rebuilt: string): string {
  if (before === undefined) return 'there was no store before'
  return before === rebuilt ? 'equal to the store before' : `different from the store before (${before})`
}

if (process.argv.length > 2) process.stdout.write(usage)
else {
  try {
    await rebuild()
  } catch (thrown) {
    const error = toLeadlineError(thrown)
    process.stderr.write(`rebuild stopped: ${error.message} [${error.code}]\n`)
    process.exitCode = 1
  }
}
