import type { Forbidden, PlaceTracker } from './place.ts'

const shared: Forbidden = { forbidden: 'a value cannot share its CSV cell with more: put the cell in quotes' }

/**
 * A value outside of quotes is a whole cell, because it takes its own quotes when it needs some. `cell`: where one begins; `text`: in one that the
 * template began; `value`: behind a value that is one; `either`: behind blocks that end at one or the other; `closed`: behind a quote that closed,
 * or is the first half of a doubled one.
 */
export const csvTracker: PlaceTracker = {
  start: 'cell',
  after: (state, literal) => {
    if ((state === 'value' || state === 'either') && !/^[,\r\n]/.test(literal)) return shared
    return afterCharacters(state, literal)
  },
  afterValue: (state) => (state === 'quoted' ? state : 'value'),
  place: (state) => {
    if (state === 'quoted') return 'csv-quoted'
    return state === 'cell' || state === 'either' ? 'csv-cell' : shared
  },
  join: (states) => {
    const [first] = states
    if (states.every((state) => state === first)) return first
    return states.some((state) => state === 'quoted' || state === 'text') ? undefined : 'either'
  },
}

function afterCharacters(state: string, literal: string): string {
  let current = state
  for (const character of literal) {
    if (current === 'quoted') current = character === '"' ? 'closed' : current
    else if (/[,\r\n]/.test(character)) current = 'cell'
    else if (character === '"' && current !== 'text') current = 'quoted'
    else current = 'text'
  }
  return current
}
