import type { AbortedTransaction, FetchedMessage } from './kafkajs-internals.ts'

/**
 * What a read_committed reader may see of fetched messages: no control records, nothing of an aborted transaction.
 * The broker sends the aborted transactions unsorted, several can be open at once, and only a control record
 * ends one: a user's key can look like an abort marker.
 */
export function withoutAborted(messages: readonly FetchedMessage[], aborted: readonly AbortedTransaction[]): FetchedMessage[] {
  const coming = aborted
    .map(({ producerId, firstOffset }) => ({ producerId: String(producerId), firstOffset: Number(firstOffset) }))
    .sort((a, b) => a.firstOffset - b.firstOffset)
  const open = new Set<string>()
  let opened = 0
  return messages.filter((message) => {
    const offset = Number(message.offset)
    for (let next = coming[opened]; next !== undefined && next.firstOffset <= offset; next = coming[opened]) {
      open.add(next.producerId)
      opened += 1
    }
    const { inTransaction } = message.batchContext
    const producerId = String(message.batchContext.producerId)
    if (message.isControlRecord) open.delete(producerId)
    return !message.isControlRecord && !(inTransaction && open.has(producerId))
  })
}
