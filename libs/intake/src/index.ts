export * from './accept-lead.ts'
export * from './dedupe-key.ts'
export * from './traceparent.ts'
