/** A deliberately wrong product: one passage of one file replaced. */
export interface Mutant {
  /** What is wrong with it. */
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  /** Must be in the file exactly once. */
  readonly passage: string
  readonly instead: string
}

export const mutants: readonly Mutant[] = []
