import { createServer } from 'node:http'

/**
 * The destination of the benchmarks, a process of its own: answers every request after DELAY_MS with a small JSON body.
 * Prints its port; ends when its standard input ends.
 */
const delayMs = Number(process.env['DELAY_MS'] ?? 20)
const body = JSON.stringify({ outcome: 'success', id: 'A-1', price: 1 })

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume()
  request.on('end', () => {
    const answer = (): void => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
      response.end(body)
    }
    if (delayMs === 0) answer()
    else setTimeout(answer, delayMs)
  })
})
server.listen(0, '127.0.0.1', 4_096, () => {
  const address = server.address()
  console.log(typeof address === 'object' && address !== null ? address.port : 0)
})
process.stdin.resume()
process.stdin.on('end', () => {
  server.closeAllConnections()
  server.close()
})
