import { isJsonObject, type Json } from '@leadline/domain'
import { stringifyJson } from '@leadline/formats'

/** JSON text with the names of every object in order, so that equal values have equal texts. Digits are kept exactly. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return stringifyJson(value)
  let members = ''
  for (const name of Object.keys(value).sort())
    members += `${members === '' ? '' : ','}${stringifyJson(name)}:${canonicalJson(value[name] ?? null)}`
  return `{${members}}`
}
