import type { LogListener } from '@leadline/log'
import { beforeEach } from 'vitest'

/** Keeps what a driver warns of, and prints it when the test fails: an answer such as `unknown` does not say why. */
export function listenForFailures(): LogListener {
  let lines: string[] = []
  beforeEach(({ onTestFailed }) => {
    lines = []
    onTestFailed(() => console.error(lines.join('\n')))
  })
  return (level, message, fields) => {
    if (level === 'warn' || level === 'error') lines.push(`${level}: ${message} ${JSON.stringify(fields)}`)
  }
}
