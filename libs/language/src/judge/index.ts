export type { CriteriaSpec, OutcomeCriterion, Says, SaysRule, Verdict } from './criteria.ts'
export { locatorMistake } from './locator.ts'
export { type Answer, type AnswerReader, type AnswerReading, compileCriteria } from './read-answer.ts'
export { searchTermMistake } from './search-term.ts'
