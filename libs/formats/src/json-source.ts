import type { ExactNumber } from '@leadline/domain'

/** What the proposal "JSON.parse source text access" adds; in Node 24, not yet in TypeScript's libraries. */
declare global {
  interface JSON {
    parse(text: string, reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown
    rawJSON(text: string): ExactNumber
  }
}
