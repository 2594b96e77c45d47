import { criteriaOf } from '../kit/criteria-settings.ts'
import { defineConnector } from '../kit/define-connector.ts'
import { compileRequest, destinationOf } from './build-request.ts'
import { httpExamples } from './examples.ts'
import { judgeExamples } from './judge-examples.ts'
import { httpRules } from './rules.ts'
import { httpSettings, withoutTemplates } from './settings.ts'

export const http = defineConnector({
  id: 'http',
  title: 'HTTP request',
  docs: 'Sends a lead to any HTTP address in any format, and judges the answer by codes, paths, words and rules.',
  edition: 2,
  settings: httpSettings,
  action: {
    type: 'call',
    rules: httpRules,
    address: ({ url }) => ({ path: ['url'], url: withoutTemplates(url) }),
    prepare: (settings) => ({
      destination: destinationOf(settings),
      criteria: { ...criteriaOf(settings), soap: settings.body?.soap !== undefined },
      redirects: (settings.followRedirects ?? (settings.method === 'GET' || settings.method === 'HEAD')) ? 'follow' : 'answer',
      request: compileRequest(settings),
    }),
  },
  examples: [...httpExamples, ...judgeExamples],
})
