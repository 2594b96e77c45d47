export const axes = [
  'child',
  'descendant',
  'descendant-or-self',
  'self',
  'parent',
  'ancestor',
  'ancestor-or-self',
  'following-sibling',
  'preceding-sibling',
  'attribute',
] as const
export type Axis = (typeof axes)[number]

/** What a step selects along its axis; names without their prefix. */
export type NodeTest = { readonly type: 'name'; readonly name: string } | { readonly type: 'any' | 'text' | 'node' }

export interface Step {
  readonly axis: Axis
  readonly test: NodeTest
  readonly predicates: readonly Expression[]
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

export type Expression =
  | { readonly type: 'path'; readonly from: 'root' | 'here' | Expression; readonly steps: readonly Step[] }
  | { readonly type: 'filter'; readonly of: Expression; readonly predicates: readonly Expression[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'number'; readonly number: number }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly type: 'compare'; readonly by: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'logic'; readonly by: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'sum'; readonly by: '+' | '-'; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'union'; readonly left: Expression; readonly right: Expression }
