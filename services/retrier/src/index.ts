export * from './retrier.ts'
