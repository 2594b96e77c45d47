export * from './recorder.ts'
export * from './replayer.ts'
