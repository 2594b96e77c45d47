export * from './recorder.ts'
export * from './replayer.ts'
export * from './reports.ts'
export * from './start-recorder.ts'
