export * from './accept-lead.ts'
export * from './dedupe-key.ts'
export { type AnswerType, negotiate } from './negotiate.ts'
export {
  announcedBytes,
  type ReadQuery,
  type ReadSubmission,
  readSubmission,
  readSubmissionQuery,
  type SubmittedBody,
  submissionMethods,
} from './read-submission.ts'
export {
  type AnswerFields,
  answerLead,
  answerPing,
  type ConcludedLead,
  redirecting,
  type WrittenAnswer,
  writeAnswer,
} from './submission-answer.ts'
export * from './traceparent.ts'
