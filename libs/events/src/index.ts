export type * from './events.ts'
export * from './headers.ts'
export * from './topics.ts'
