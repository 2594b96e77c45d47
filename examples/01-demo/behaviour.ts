/** How the fake partner treats what it is sent. `mix` looks at the last two digits of the phone; the table is in README.md. */
export const behaviours = ['mix', 'accept', 'reject', 'fail-twice', 'throttle', 'hang', 'refuse', 'unauthorised', 'down'] as const
export type Behaviour = (typeof behaviours)[number]

export type Reply =
  | { readonly type: 'answer'; readonly status: number; readonly body: string; readonly retryAfterSeconds?: number }
  | { readonly type: 'hang' }

export interface Incoming {
  readonly path: '/phone' | '/leads'
  readonly body: string
  readonly key: string
  /** Calls with this key so far, this one included. */
  readonly times: number
}

/** The reply to a call; the same for the same lead and number of calls. */
export function replyTo(behaviour: Behaviour, incoming: Incoming): Reply {
  if (behaviour === 'mix') return mixed(incoming)
  return single(behaviour, incoming, incoming.path === '/phone' ? 'disconnected' : 'Lead rejected')
}

function single(behaviour: Exclude<Behaviour, 'mix'>, incoming: Incoming, reason: string): Reply {
  switch (behaviour) {
    case 'accept':
      return accepted(incoming)
    case 'reject':
      return incoming.path === '/phone' ? answer(200, { status: reason }) : answer(200, { status: 'rejected', reason })
    case 'fail-twice':
      return incoming.times <= 2 ? unavailable : accepted(incoming)
    case 'throttle':
      return incoming.times === 1 ? { ...answer(429, { status: 'slow down' }), retryAfterSeconds: 1 } : accepted(incoming)
    case 'hang':
      return { type: 'hang' }
    case 'refuse':
      return answer(422, {})
    case 'unauthorised':
      return answer(401, {})
    case 'down':
      return unavailable
  }
}

function mixed(incoming: Incoming): Reply {
  const digits = Number(/"phone":"[^"]*(\d\d)"/.exec(incoming.body)?.[1] ?? 50)
  if (incoming.path === '/phone') return phoneMix(digits, incoming)
  if (digits < 62 || digits > 97) return accepted(incoming)
  if (digits < 68) return single('reject', incoming, 'Duplicate lead')
  if (digits < 73) return single('reject', incoming, 'State not served')
  if (digits < 76) return single('reject', incoming, 'Monthly cap reached')
  if (digits < 86) return single('fail-twice', incoming, '')
  if (digits < 92) return single('throttle', incoming, '')
  if (digits < 94) return incoming.times === 1 ? { type: 'hang' } : accepted(incoming)
  if (digits < 96) return single('refuse', incoming, '')
  return digits === 96 ? single('unauthorised', incoming, '') : unavailable
}

function phoneMix(digits: number, incoming: Incoming): Reply {
  if (digits < 7) return single('reject', incoming, 'disconnected')
  return digits < 12 && incoming.times === 1 ? unavailable : accepted(incoming)
}

const phoneFound = answer(200, { status: 'connected', line_type: 'mobile', carrier: 'Example Mobile' })
const unavailable = answer(503, { status: 'try later' })

function accepted({ path, key }: Incoming): Reply {
  if (path === '/phone') return phoneFound
  return { type: 'answer', status: 200, body: `{"status":"accepted","id":"P-${key.slice(0, 8)}","price":12.5}` }
}

function answer(status: number, body: Readonly<Record<string, string>>): Reply & { type: 'answer' } {
  return { type: 'answer', status, body: JSON.stringify(body) }
}
