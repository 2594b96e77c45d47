import { compileCriteria } from '../kit/criteria.ts'
import { defineConnector } from '../kit/define-connector.ts'
import { compileRequest, destinationOf } from './build-request.ts'
import { httpExamples } from './examples.ts'
import { httpRules } from './rules.ts'
import { httpSettings } from './settings.ts'

export const http = defineConnector({
  id: 'http',
  title: 'HTTP request',
  docs: 'Sends a lead to any HTTP address and reads the answer by status codes and paths.',
  edition: 1,
  settings: httpSettings,
  action: {
    type: 'call',
    rules: httpRules,
    prepare: (settings) => ({
      destination: destinationOf(settings),
      criteria: compileCriteria(settings),
      request: compileRequest(settings),
    }),
  },
  examples: httpExamples,
})
