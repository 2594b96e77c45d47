import { createServer, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'

/** One call as the fake sees it. */
export interface Call {
  readonly method: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Reply {
  readonly status?: number
  readonly type?: string
  readonly body: string
}

/** What a fake outside system answers, by path. */
export type Routes = Readonly<Record<string, (call: Call) => Reply>>

export interface FakePartner extends AsyncDisposable {
  readonly url: string
}

export const json = (value: unknown, status = 200): Reply => ({ status, type: 'application/json', body: JSON.stringify(value) })

/** Serves the routes on 127.0.0.1; port 0 picks a free one. A path that nobody knows is 404. */
export async function openFakePartner(routes: Routes, port = 0): Promise<FakePartner> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://partner')
    const call = { method: request.method ?? '', query: searchParams, headers: request.headers, body: await text(request) }
    const { status = 200, type = 'text/plain', body } = routes[pathname]?.(call) ?? { status: 404, body: `no ${pathname}` }
    response.writeHead(status, { 'Content-Type': type }).end(body)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** What `node examples/NN-name/partner.ts --port 9000` does. */
export async function serveAlone(routes: Routes): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '9000' } } })
  const partner = await openFakePartner(routes, Number(values.port))
  console.log(`partner on ${partner.url}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void partner[Symbol.asyncDispose]())
}
