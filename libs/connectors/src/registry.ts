import { filter } from './filter/filter.ts'
import { http } from './http/http.ts'
import type { DeclaredConnector } from './kit/define-connector.ts'

/** Every connector that a step can name under `uses`. A new one is one folder and one line here. */
export const connectors: ReadonlyMap<string, DeclaredConnector> = new Map(
  [http, filter].map((connector) => [connector.id, connector]),
)
