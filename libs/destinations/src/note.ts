/** What a process tells the others about itself or a destination. Times in milliseconds since 1970. */
export type Note =
  | { readonly type: 'here' }
  | { readonly type: 'down'; readonly until: number }
  | { readonly type: 'up' }
  | { readonly type: 'pause'; readonly until: number }
  | { readonly type: 'used'; readonly window: number; readonly used: number }

/** A note with the process it is from. */
export interface SignedNote {
  readonly by: string
  readonly note: Note
}

/** Undefined for what is no note. */
export function readNote(bytes: Buffer): SignedNote | undefined {
  const { by, ...said } = readMembers(bytes)
  const note = noteOf(said)
  return typeof by !== 'string' || note === undefined ? undefined : { by, note }
}

function readMembers(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function noteOf({ type, until, window, used }: Readonly<Record<string, unknown>>): Note | undefined {
  switch (type) {
    case 'here':
    case 'up':
      return { type }
    case 'down':
    case 'pause':
      return typeof until === 'number' ? { type, until } : undefined
    case 'used':
      return typeof window === 'number' && typeof used === 'number' ? { type, window, used } : undefined
    default:
      return undefined
  }
}
