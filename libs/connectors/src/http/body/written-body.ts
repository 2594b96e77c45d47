import type { View } from '@leadline/language'

/** The body of one request, and what its headers must say of it. */
export interface WrittenBody {
  readonly content: string | Buffer
  readonly contentType: string
  /** Headers that belong to the format. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Writes the body for one lead. Throws a LeadlineError when a value cannot be sent. */
export type BodyWriter = (view: View) => WrittenBody
