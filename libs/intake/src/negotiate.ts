/** The media types that answers are written in. */
export type AnswerType = 'application/json' | 'application/xml' | 'text/xml'

// The first wins where the caller likes several as much.
const offered: readonly AnswerType[] = ['application/json', 'application/xml', 'text/xml']

/** What an `Accept` header likes best of what we write (RFC 9110, 12.5.1): the most specific range decides, q=0 forbids. Null: none of it. */
export function negotiate(accept: string | undefined): AnswerType | null {
  if (accept === undefined || accept.trim() === '') return 'application/json'
  const weights = new Map(accept.split(',').map(parseRange))
  const weightOf = (type: AnswerType) => weights.get(type) ?? weights.get(type.replace(/\/.*/, '/*')) ?? weights.get('*/*') ?? 0
  const best = offered.reduce((liked, type) => (weightOf(type) > weightOf(liked) ? type : liked))
  return weightOf(best) > 0 ? best : null
}

function parseRange(text: string): readonly [string, number] {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  const weight = quality === undefined ? 1 : Number(quality.slice(2))
  return [range, Number.isNaN(weight) ? 1 : weight]
}
