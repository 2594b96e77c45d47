import { isJsonObject, type Json } from '@leadline/domain'
import { parseType, standardTypes, type Value } from '@leadline/language'
import { httpSettingsIn } from '../http-settings.ts'
import type { Op } from '../op.ts'
import { sentRequest } from '../sent-request.ts'
import { viewIn } from '../view-in.ts'

/** Fields of `[type, value]`, each sent by a template of its name. */
export const buildRequestTyped: Op = (given) => {
  const fields = Object.entries(isJsonObject(given['fields']) ? given['fields'] : {})
  const lead = Object.fromEntries(fields.map(([name, field]) => [name, typed(field)]))
  const templates = Object.fromEntries(fields.map(([name]) => [name, `{{lead.${name}}}`]))
  const names = { json: 'json_property', form: 'form_field', query: 'parameter', xml: 'xml_path' }
  const kind = given['kind'] === 'form' || given['kind'] === 'query' || given['kind'] === 'xml' ? given['kind'] : 'json'
  const config = { url: 'https://crm.example/leads', [names[kind]]: templates }
  return sentRequest(httpSettingsIn(kind, config), { ...viewIn(given), lead })
}

function typed(field: Json): Value {
  const [name, value = null]: readonly Json[] = Array.isArray(field) ? field : []
  const type = standardTypes.get(String(name))
  if (type === undefined) throw new Error(`there is no type "${String(name)}"`)
  return parseType(type, value)
}
