/** Values of environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

export interface ResolvedValue {
  readonly value: unknown
  /** Every value that was put in. */
  readonly used: readonly string[]
  readonly problems: readonly { readonly path: readonly (string | number)[]; readonly message: string }[]
}

// `$${` stands for a literal `${`.
const reference = /\$\$\{|\$\{([^}]*)\}?/g
const name = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Puts `${NAME}` into every text of a value; what is missing or malformed is a problem with its path. */
export function resolveEnvironment(source: unknown, env: Environment): ResolvedValue {
  const used: string[] = []
  const problems: ResolvedValue['problems'][number][] = []

  const resolveText = (text: string, path: readonly (string | number)[]): string =>
    text.replaceAll(reference, (match, variable: string | undefined) => {
      if (variable === undefined) return '${'
      const found = name.test(variable) && match.endsWith('}') ? env[variable] : undefined
      if (found !== undefined) {
        used.push(found)
        return found
      }
      const problem =
        name.test(variable) && match.endsWith('}') ? `environment variable ${variable} is not set` : `"${match}" is not \${NAME}`
      problems.push({ path, message: problem })
      return match
    })

  const resolve = (value: unknown, path: readonly (string | number)[]): unknown => {
    if (typeof value === 'string') return resolveText(value, path)
    if (Array.isArray(value)) return value.map((item, index) => resolve(item, [...path, index]))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, [...path, key])]))
  }

  return { value: resolve(source, []), used, problems }
}
