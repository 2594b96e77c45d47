/** The kind of text that a template makes. */
export type TemplateContext = 'json' | 'json-string' | 'url' | 'url-path' | 'url-query' | 'form' | 'xml' | 'header' | 'text'

/** Where in such a text an expression stands; decides how its value is escaped. */
export type Place =
  | 'json-value'
  | 'json-string'
  | 'url-origin'
  | 'url-path'
  | 'url-query'
  | 'form'
  | 'xml'
  | 'xml-cdata'
  | 'header'
  | 'text'

/** The place after `literals`, all literal text of the template before the expression. */
export function placeAfter(literals: string, context: TemplateContext): Place {
  switch (context) {
    case 'json':
      return endsInsideJsonString(literals) ? 'json-string' : 'json-value'
    case 'url':
      return urlPlace(literals)
    case 'xml':
      return literals.lastIndexOf('<![CDATA[') > literals.lastIndexOf(']]>') ? 'xml-cdata' : 'xml'
    case 'json-string':
    case 'url-path':
    case 'url-query':
    case 'form':
    case 'header':
    case 'text':
      return context
  }
}

const originPattern = /^https?:\/\/[^/?#]+[/?#]/i

function urlPlace(literals: string): Place {
  if (!originPattern.test(literals)) return 'url-origin'
  return literals.includes('?') ? 'url-query' : 'url-path'
}

function endsInsideJsonString(literals: string): boolean {
  let inside = false
  for (let index = 0; index < literals.length; index++) {
    const character = literals[index]
    if (inside && character === '\\') index++
    else if (character === '"') inside = !inside
  }
  return inside
}
