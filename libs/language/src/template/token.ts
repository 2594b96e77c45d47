/** A piece of an expression; `index` is where it stands in the template's text, `spaced` whether a blank stands before it. */
export type Token = (
  | { readonly type: 'name'; readonly text: string }
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'string'; readonly text: string }
  | { readonly type: 'pattern'; readonly text: string; readonly flags: string }
  | { readonly type: 'symbol'; readonly text: SymbolText }
  | { readonly type: 'end'; readonly text: '' }
) & { readonly index: number; readonly spaced: boolean }

/** Longest first, as they are looked for. */
export const symbols = [
  '===',
  '!==',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
  '!',
  '?',
  ':',
  '(',
  ')',
  '[',
  ']',
  ',',
  '.',
  '|',
  '=',
] as const

export type SymbolText = (typeof symbols)[number]
