import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8 from making objects in the old generation at once, for the rest of this process. It does so at places whose objects it has seen survive,
 * and with hundreds of calls in flight all of a call's do, for some tens of milliseconds. Each is then garbage that only a full collection
 * takes away, and until then keeps all it refers to: without this the collections of a busy worker copy far more, and it holds more memory.
 */
export function keepObjectsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}
