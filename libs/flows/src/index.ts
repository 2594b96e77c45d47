export { readDuration } from './duration.ts'
export type * from './flow.ts'
export { type LoadOptions, loadFlows } from './load-flows.ts'
export type { Environment } from './resolve-env.ts'
