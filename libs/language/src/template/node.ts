import type { Expression } from './expression.ts'

/** A template as a tree. */
export type TemplateNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'output'; readonly expression: Expression; readonly written: string; readonly index: number }
  | {
      readonly type: 'each'
      readonly list: Expression
      readonly body: readonly TemplateNode[]
      readonly otherwise: readonly TemplateNode[]
      readonly index: number
    }
  | {
      readonly type: 'if'
      readonly branches: readonly Branch[]
      readonly otherwise: readonly TemplateNode[]
      readonly index: number
    }

export interface Branch {
  readonly condition: Expression
  readonly body: readonly TemplateNode[]
}
