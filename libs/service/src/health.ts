export interface Check {
  readonly ok: boolean
  /** One line for people, without secrets. */
  readonly detail: string
}

/** What this process says about itself: ready when every named check is. */
export interface Health {
  setReady(name: string, ok: boolean, detail?: string): void
  readiness(): { readonly ready: boolean; readonly checks: Readonly<Record<string, Check>> }
}

export function createHealth(): Health {
  const checks = new Map<string, Check>()
  return {
    setReady: (name, ok, detail = '') => {
      checks.set(name, { ok, detail })
    },
    readiness: () => ({
      ready: [...checks.values()].every((check) => check.ok),
      checks: Object.fromEntries(checks),
    }),
  }
}
