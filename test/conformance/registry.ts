import type { Op } from './op.ts'

/** Each operation that cases may ask for, by its name there. One file under `ops/` and one line here. */
export const ops: Readonly<Record<string, Op>> = {}
