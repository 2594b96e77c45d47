/** Where a command writes, line by line. */
export interface CommandTools {
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

export const terminal: CommandTools = {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
}
