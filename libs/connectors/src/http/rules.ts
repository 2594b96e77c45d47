import type { OutcomeRule } from '../kit/outcome-rule.ts'

/** How an answer over HTTP is read. 5xx, 408 and 429 come before the step's criteria: they are no answer, whatever the body says. */
export const httpRules: readonly OutcomeRule[] = [
  {
    id: 'unfit-value',
    when: { unanswered: ['unfit'] },
    conclusion: { outcome: 'error', code: 'INVALID_VALUE', reason: '{message}' },
  },
  {
    id: 'blocked',
    when: { unanswered: ['refused'] },
    conclusion: { outcome: 'error', code: 'DESTINATION_BLOCKED', reason: 'not called: {message}' },
  },
  {
    id: 'too-large',
    when: { unanswered: ['too-large'] },
    conclusion: { outcome: 'error', code: 'DESTINATION_TOO_LARGE', reason: '{message}' },
  },
  {
    id: 'garbage',
    when: { unanswered: ['garbage'] },
    conclusion: { outcome: 'error', code: 'DESTINATION_CONTRACT', reason: 'the answer is not HTTP: {message}' },
  },
  {
    id: 'unanswered-unknown',
    when: { unanswered: ['connection', 'timeout', 'aborted'], sent: true },
    conclusion: { outcome: 'error', code: 'DESTINATION_UNKNOWN', reason: 'sent, but not answered: {message}' },
  },
  {
    id: 'unanswered-timeout',
    when: { unanswered: ['timeout'] },
    conclusion: { outcome: 'error', code: 'DESTINATION_TIMEOUT', reason: '{message}' },
  },
  {
    id: 'unanswered-connection',
    when: { unanswered: ['connection', 'aborted'] },
    conclusion: { outcome: 'error', code: 'DESTINATION_CONNECTION', reason: '{message}' },
  },
  {
    id: 'soap-fault-of-sender',
    when: { step: 'soap-fault-of-sender' },
    conclusion: { outcome: 'as-said', code: 'DESTINATION_REFUSED_DATA', reason: 'SOAP fault' },
  },
  {
    id: 'soap-fault-of-receiver',
    when: { step: 'soap-fault-of-receiver' },
    conclusion: { outcome: 'as-said', code: 'DESTINATION_UNAVAILABLE', reason: 'SOAP fault' },
  },
  {
    id: 'throttled',
    when: { status: [408, 429] },
    conclusion: { outcome: 'error', code: 'DESTINATION_THROTTLED', reason: 'asked to wait ({status})' },
  },
  {
    id: 'unavailable',
    when: { status: ['5xx'] },
    conclusion: { outcome: 'error', code: 'DESTINATION_UNAVAILABLE', reason: 'Server error' },
  },
  {
    id: 'authentication',
    when: { status: [401, 403] },
    conclusion: { outcome: 'error', code: 'DESTINATION_AUTHENTICATION', reason: 'our credentials were refused ({status})' },
  },
  {
    id: 'outcomes',
    when: { step: 'outcome' },
    conclusion: { outcome: 'as-said', code: 'DESTINATION_UNAVAILABLE', reason: 'concluded by a rule of the step' },
  },
  { id: 'failure-path', when: { step: 'failure-path' }, conclusion: { outcome: 'failure', reason: 'rejected' } },
  { id: 'success-status', when: { step: 'success-status' }, conclusion: { outcome: 'success' } },
  { id: 'success-path', when: { step: 'success-path' }, conclusion: { outcome: 'success' } },
  { id: 'success-when', when: { step: 'success-when' }, conclusion: { outcome: 'success' } },
  {
    id: 'search-found',
    when: { step: 'search-found' },
    conclusion: { outcome: 'as-said', code: 'DESTINATION_UNAVAILABLE', reason: 'the words of refusal were found' },
  },
  {
    id: 'answer-outcome',
    when: { step: 'answer-outcome' },
    conclusion: { outcome: 'as-said', code: 'DESTINATION_UNAVAILABLE', reason: 'concluded by the answer' },
  },
  {
    id: 'refused-reason',
    when: { status: [400, 404, 409, 422], reason: 'found' },
    conclusion: { outcome: 'failure', reason: 'refused' },
  },
  {
    id: 'refused-data',
    when: { status: [400, 404, 409, 422] },
    conclusion: { outcome: 'error', code: 'DESTINATION_REFUSED_DATA', reason: 'refused without a reason ({status})' },
  },
  {
    id: 'other-4xx',
    when: { status: ['4xx'] },
    conclusion: { outcome: 'error', code: 'DESTINATION_CONTRACT', reason: 'refused our request ({status})' },
  },
  {
    id: 'unreadable',
    when: { step: 'unreadable' },
    conclusion: { outcome: 'error', code: 'DESTINATION_CONTRACT', reason: 'the answer ({status}) is neither JSON nor XML' },
  },
  {
    id: 'search-not-found',
    when: { step: 'search-not-found' },
    conclusion: { outcome: 'as-said', code: 'DESTINATION_CONTRACT', reason: 'not accepted' },
  },
  {
    id: 'unlabelled',
    when: { step: 'unlabelled' },
    conclusion: { outcome: 'as-said', code: 'DESTINATION_CONTRACT', reason: 'no content type' },
  },
  {
    id: 'default-outcome',
    when: { step: 'default-outcome' },
    conclusion: { outcome: 'as-said', code: 'DESTINATION_CONTRACT', reason: 'Unrecognized response' },
  },
  { id: 'not-success', when: { step: 'not-success' }, conclusion: { outcome: 'failure', reason: 'not accepted' } },
  {
    id: 'default',
    when: {},
    conclusion: { outcome: 'error', code: 'DESTINATION_CONTRACT', reason: 'Unrecognized response ({status})' },
  },
]
