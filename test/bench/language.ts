import { compileTemplate, type View } from '@leadline/language'
import handlebars from 'handlebars'
import type { Bench } from './bench.ts'
import { compare } from './compare.ts'

const rounds = 9
const renderings = 20_000

// What both can read, and escape alike: text, a document with values that need escaping, a list with a condition.
const templates = [
  'Hello {{lead.first_name}} {{lead.last_name}}, your quote for {{lead.city}} is ready.',
  '<lead id="{{lead.id}}"><name>{{lead.first_name}} {{lead.last_name}}</name><email>{{lead.email}}</email><note>{{lead.note}}</note></lead>',
  '<items>{{#each lead.items}}<item n="{{@index}}">{{this.name}}{{#if this.price}}: {{this.price}}{{/if}}</item>{{#unless @last}}, {{/unless}}{{/each}}</items>',
]

const lead = {
  id: '0190-7b3c',
  first_name: 'Dana',
  last_name: 'Ng & Sons',
  email: 'dana.ng@example.org',
  city: 'Springfield',
  note: 'asked for <two> "quotes" & a call; please ring after five, before eight',
  items: ['roof', 'solar', 'windows', 'siding'].map((name, index) => ({ name, price: index * 100 })),
}
const view: View = { lead, appended: {}, source: { name: 'web' }, flow: { name: 'bench' } }

/** Compiled templates beside precompiled Handlebars: the same templates, the same data, the same escaping of a document. */
export const languageTemplates: Bench = {
  names: ['language-templates'],
  alone: true,
  async run() {
    const theirs = templates.map((template) => handlebars.compile(template, { knownHelpersOnly: true }))
    const ours = templates.map((template) => compileTemplate(template, 'xml').text)
    for (const [index, render] of ours.entries()) sameText(render(view), theirs[index]?.(view))
    const values: number[] = []
    const baselines: number[] = []
    for (let round = 0; round < rounds; round++) {
      baselines.push(speedOf(theirs))
      values.push(speedOf(ours))
    }
    // The first round is where the compilers of the platform find out what is hot.
    const line = { name: 'language-templates', unit: 'texts/s', goal: { atLeast: 1 } }
    return [compare({ ...line, values: values.slice(1), baselines: baselines.slice(1) })]
  },
}

function sameText(ours: string, theirs: string | undefined): void {
  if (ours !== theirs) throw new Error(`not the same text: ${ours}\n${theirs}`)
}

/** Texts a second of processor time, so that neighbours on the machine do not count. */
function speedOf(renderers: readonly ((view: View) => string)[]): number {
  const before = process.cpuUsage()
  let length = 0
  for (let count = 0; count < renderings; count++) for (const render of renderers) length += render(view).length
  const { user, system } = process.cpuUsage(before)
  if (length === 0) throw new Error('nothing was rendered')
  return (renderings * renderers.length) / ((user + system) / 1_000_000)
}
