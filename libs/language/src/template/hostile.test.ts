import { describe, expect, it } from 'vitest'
import { compileLinearPattern } from '../linear-pattern.ts'
import { compileRules } from '../rules/rule-set.ts'
import { compileTemplate } from '../template.ts'
import { viewWith } from './sample-view.ts'

const text = (template: string, lead = {}) => compileTemplate(template, 'text').text(viewWith(lead))
const cpuMs = (work: () => void) => {
  const before = process.cpuUsage()
  work()
  return process.cpuUsage(before).user / 1_000
}

describe('a hostile template', () => {
  it.each([
    'lead.constructor',
    'lead.constructor.constructor',
    'lead.__proto__',
    'lead.__proto__.polluted',
    "lead['__proto__']",
    "lead['const' + 'ructor']",
    'lead.tags.constructor',
    'lead.tags.at',
    'lead.name.constructor',
    'lead.name.__proto__',
    'lead.toString',
    'lead.hasOwnProperty',
  ])('finds nothing in {{%s}}', (path) => {
    expect(text(`{{${path}}}`, { name: 'x', tags: ['a'] })).toBe('')
  })

  it.each([
    "{{lead.constructor.constructor('return process')()}}",
    "{{lead.name.constructor('x')}}",
    '{{lead.name.__defineGetter__("a", 1)}}',
    "{{lookup lead 'constructor'}}",
    '{{#with lead}}{{/with}}',
    '{{> partial}}',
    '{{{lead.name}}}',
    '{{process.env}}',
    '{{globalThis}}',
  ])('cannot be compiled: %s', (template) => {
    expect(() => compileTemplate(template, 'text')).toThrow(/line 1, column/)
  })

  it('may not be nested without end', () => {
    expect(() => compileTemplate(`{{${'('.repeat(10_000)}1${')'.repeat(10_000)}}}`, 'text')).toThrow(/more than/)
    expect(() => compileTemplate(`{{${'!'.repeat(900)}lead.a}}`, 'text')).toThrow(/more than 100 levels/)
    expect(() => compileTemplate(`{{1${'+1'.repeat(5_000)}}}`, 'text')).toThrow(/more than 1000 words/)
    expect(() => compileTemplate(`${'{{#if lead.a}}'.repeat(50)}${'{{/if}}'.repeat(50)}`, 'text')).toThrow(/more than 20 deep/)
    expect(() => compileTemplate('x'.repeat(1_000_001), 'text')).toThrow(/more than 1000000/)
  })

  it('may not make a text without end', () => {
    const xs = Array.from({ length: 400 }, () => 'x')
    const nested = '{{#each lead.xs}}{{#each lead.xs}}0123456789012345678901234567890123456789{{/each}}{{/each}}'
    expect(() => text(nested, { xs })).toThrow(/too long|more than 4000000|too many items/)
    expect(() => text('{{#each lead.xs}}{{#each lead.xs}}{{/each}}{{/each}}', { xs })).toThrow(/too many items/)
    expect(() => text('{{lead.a.padEnd(100000000)}}', { a: 'x' })).toThrow(
      /^{{lead\.a\.padEnd\(100000000\)}}: .*cannot be padded/,
    )
    expect(() => text('{{lead.a.replace(/a/g, lead.b)}}', { a: 'a'.repeat(50_000), b: 'b'.repeat(1_000) })).toThrow(
      /more than 4000000/,
    )
  })

  it('with a pattern that others choke on takes no longer than any other', () => {
    const a = `${'a'.repeat(50_000)}!`
    expect(cpuMs(() => expect(text("{{lead.a.match(/(a+)+$/) || 'no'}}", { a })).toBe('no'))).toBeLessThan(5_000)
    expect(cpuMs(() => expect(text('{{lead.a.match(lead.p) || "no"}}', { a, p: '(a|aa)+$' })).toBe('no'))).toBeLessThan(5_000)
    const rule = compileRules({ lhv: 'lead.a', op: 'matches pattern', rhv: '^(a+)+$' })
    expect(cpuMs(() => expect(rule(viewWith({ a })).type).toBe('fail'))).toBeLessThan(5_000)
    expect(compileLinearPattern('(?=a)').type).toBe('refused')
  })
})

describe('a hostile value', () => {
  it('that looks like a template stays as it is', () => {
    const name = `{{settings.key}} \${lead.x} {{#each lead}} $& $1`
    expect(text('{{lead.name}}', { name })).toBe(name)
    expect(text("{{lead.a.replace('x', lead.name)}}", { a: 'x', name: '$&$&' })).toBe('xx')
    expect(text('{{lead.a.replace(/x/, lead.name)}}', { a: 'x', name: '{{lead.a}}' })).toBe('{{lead.a}}')
  })

  it('that nests deeply is written or refused, and never crashes', () => {
    let deep: readonly unknown[] = []
    for (let level = 0; level < 1_000; level++) deep = [deep]
    const written = compileTemplate('{"v": {{lead.v}}}', 'json').text(viewWith({ v: JSON.parse(JSON.stringify(deep)) }))
    expect(JSON.parse(written).v).toEqual(deep)
  })

  it('in a key of its own is only a key', () => {
    const lead = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": "c"}')
    expect(text('{{lead.constructor}}|{{lead.__proto__.polluted}}', lead)).toBe('c|1')
    expect(compileTemplate('{{lead}}', 'json').text(viewWith(lead))).toBe('{"__proto__":{"polluted":1},"constructor":"c"}')
  })
})
