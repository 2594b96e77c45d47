import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'

/** The settings of an http step that a case describes by kind and configuration. */
export function httpSettingsIn(kind: Json | undefined, config: JsonObject): JsonObject {
  const { url, header, basic_username: username, basic_password: password, method } = config
  const authorized = username !== undefined || password !== undefined
  return {
    ...(url !== undefined && { url }),
    ...(method !== undefined ? { method } : kind === 'query' && { method: 'GET' }),
    ...(isJsonObject(header) && { headers: header }),
    ...(authorized && { basic: { username: username ?? '', password: password ?? '' } }),
    ...(kind === 'query' ? { query: membersOf(config, 'parameter') } : { body: bodyIn(kind, config) }),
    ...searchIn(config),
    ...pathsIn(config),
  }
}

function bodyIn(kind: Json | undefined, config: JsonObject): JsonObject {
  const { json_parameter: json, xml_parameter: xml, content_type_override: contentType } = config
  const extra = membersOf(config, 'extra_parameter')
  const parameter = json ?? xml
  return {
    ...kindIn(kind, config),
    ...(parameter !== undefined && { parameter, extra }),
    ...(contentType !== undefined && { contentType }),
  }
}

function kindIn(kind: Json | undefined, config: JsonObject): JsonObject {
  switch (kind) {
    case 'form':
      return {
        form: membersOf(config, 'form_field'),
        ...(config['encode_form_field_names'] === false && { names: 'plain' }),
      }
    case 'xml':
      return { xml: membersOf(config, 'xml_path') }
    case 'soap':
      return { soap: soapIn(config) }
    case 'raw':
      return { raw: config['body'] ?? config['request_body'] ?? '', contentType: config['content_type'] ?? 'text/plain' }
    case 'csv':
      return { csv: { values: listIn(config) } }
    case 'pipe':
      return { pipe: { values: listIn(config) } }
    case 'multipart':
      return { multipart: { fields: membersOf(config, 'form_field') } }
    default:
      return { json: membersOf(config, 'json_property') }
  }
}

function soapIn(config: JsonObject): JsonObject {
  const { function: operation = '', version, namespace, action } = config
  return {
    operation,
    arguments: membersOf(config, 'arg'),
    headers: membersOf(config, 'soap_header'),
    ...(version !== undefined && { version: String(version) }),
    ...(namespace !== undefined && { namespace }),
    ...(action !== undefined && { action }),
  }
}

/** An object under a name, or its members written as `name.member`. */
function membersOf(config: JsonObject, name: string): JsonObject {
  const nested = config[name]
  const dotted = Object.entries(config).filter(([key]) => key.startsWith(`${name}.`))
  return {
    ...(isJsonObject(nested) ? nested : {}),
    ...Object.fromEntries(dotted.map(([key, value]) => [key.slice(name.length + 1), value])),
  }
}

function listIn({ values, columns }: JsonObject): Json {
  return values ?? columns ?? []
}

function searchIn({ outcome_search_term: term, outcome_search_path: path, outcome_on_match: onMatch }: JsonObject): JsonObject {
  if (term === undefined && onMatch === undefined) return {}
  // An outcome may be named where nothing is looked for.
  return { search: { term: term ?? 'anything', ...(path !== undefined && { path }), ...(onMatch !== undefined && { onMatch }) } }
}

function pathsIn(config: JsonObject): JsonObject {
  const named = { reason: 'reason_path', reference: 'reference_path', price: 'price_path', defaultReason: 'default_reason' }
  return Object.fromEntries(
    Object.entries(named).flatMap(([setting, name]) => (config[name] === undefined ? [] : [[setting, config[name]]])),
  )
}
