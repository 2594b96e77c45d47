export type * from './processor.ts'
