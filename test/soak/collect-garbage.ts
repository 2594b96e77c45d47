/**
 * Has a process collect all its garbage now, as its inspector on `port` allows; what is left in its heap is what it holds.
 * Rejects when it does not answer.
 * https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#method-collectGarbage
 */
export async function collectGarbage(port: number): Promise<void> {
  const listed = await fetch(`http://127.0.0.1:${port}/json/list`, { signal: AbortSignal.timeout(answersWithinMs) })
  const [target] = (await listed.json()) as { webSocketDebuggerUrl: string }[]
  if (target === undefined) throw new Error(`the inspector on ${port} has nothing to inspect`)
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  try {
    await once(socket, 'open')
    const answered = once(socket, 'message')
    socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }))
    const answer = JSON.parse(String((await answered).data)) as { error?: { message: string } }
    if (answer.error !== undefined) throw new Error(`the inspector on ${port} refused: ${answer.error.message}`)
  } finally {
    socket.close()
  }
}

const answersWithinMs = 10_000

function once(socket: WebSocket, type: 'open' | 'message'): Promise<MessageEvent> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the inspector does not answer: no ${type}`)), answersWithinMs)
    socket.addEventListener(type, (event) => {
      clearTimeout(timer)
      resolve(event as MessageEvent)
    })
    socket.addEventListener('error', () => {
      clearTimeout(timer)
      reject(new Error('the connection to the inspector failed'))
    })
  })
}
