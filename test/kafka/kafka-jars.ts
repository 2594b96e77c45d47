import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
export const kafkaVersion = '4.1.2'
const artifacts = ['kafka_2.13', 'kafka-tools']

/** Folder with Kafka's own jars, fetched once by Maven into the user's cache; or why there is none. */
export async function kafkaJars(): Promise<{ folder: string } | { skip: string }> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'leadline', `kafka-${kafkaVersion}`)
  const folder = join(cache, 'libs')
  if (!(await answers('java', ['-version']))) return { skip: 'no java' }
  if (existsSync(join(folder, `${artifacts[0]}-${kafkaVersion}.jar`))) return { folder }
  if (!(await answers('mvn', ['-version']))) return { skip: 'no Maven to fetch the jars of Kafka' }
  try {
    await fetchJars(cache, folder)
    return { folder }
  } catch (error) {
    return { skip: `Maven could not fetch the jars of Kafka: ${String(error).slice(0, 500)}` }
  }
}

async function fetchJars(cache: string, folder: string): Promise<void> {
  await mkdir(cache, { recursive: true })
  const work = await mkdtemp(join(tmpdir(), 'leadline-jars-'))
  const fresh = await mkdtemp(join(cache, 'fetching-'))
  await writeFile(join(work, 'pom.xml'), pom())
  await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${fresh}`], { cwd: work, timeout: 300_000 })
  // Renamed when complete: a broken-off fetch must not look like a cache.
  await rename(fresh, folder)
  await rm(work, { recursive: true })
}

function pom(): string {
  const dependencies = artifacts.map(
    (artifact) =>
      `<dependency><groupId>org.apache.kafka</groupId><artifactId>${artifact}</artifactId><version>${kafkaVersion}</version></dependency>`,
  )
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>leadline</groupId><artifactId>kafka-jars</artifactId><version>1</version>
<dependencies>${dependencies.join('')}</dependencies></project>`
}

async function answers(command: string, args: string[]): Promise<boolean> {
  try {
    await run(command, args, { timeout: 20_000 })
    return true
  } catch {
    return false
  }
}
