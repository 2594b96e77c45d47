/** True when the `Accept` header of a request allows a JSON answer (RFC 9110, 12.5.1): the most specific range decides, q=0 forbids. */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true
  const weights = new Map(accept.split(',').map(parseRange))
  const weight = weights.get('application/json') ?? weights.get('application/*') ?? weights.get('*/*')
  return weight !== undefined && weight > 0
}

function parseRange(text: string): readonly [string, number] {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  const weight = quality === undefined ? 1 : Number(quality.slice(2))
  return [range, Number.isNaN(weight) ? 1 : weight]
}
