import { openPartner, type Partner } from '../../examples/01-demo/partner.ts'

/** A call as the outside saw it arrive. */
export interface SeenCall {
  readonly key: string
  /** Name of the process' life that called. */
  readonly caller: string
  readonly at: number
}

export interface OutsideWorld {
  readonly url: string
  readonly calls: readonly SeenCall[]
  readonly stats: Partner['stats']
  close(): Promise<void>
}

/** The partner that every step calls: some first attempts fail, and every call is written down. */
export async function openOutsideWorld(settings: { delayMs: number; failFirstShare: number }): Promise<OutsideWorld> {
  const calls: SeenCall[] = []
  const partner = await openPartner({
    behaviour: 'accept',
    ...settings,
    observe: (key, headers) => void calls.push({ key, caller: String(headers['x-caller']), at: Date.now() }),
  })
  return { url: partner.url, stats: partner.stats, close: partner.close, calls }
}
