import type { Json } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { canonicalForm, schemaFingerprint } from './fingerprint.ts'

/** From Apache Avro's own vectors for all implementations, share/test/data/schema-tests.txt. */
const vectors: readonly { input: Json; canonical: string; fingerprint: bigint }[] = [
  { input: 'null', canonical: '"null"', fingerprint: 7195948357588979594n },
  { input: { type: 'boolean' }, canonical: '"boolean"', fingerprint: -6970731678124411036n },
  { input: 'int', canonical: '"int"', fingerprint: 8247732601305521295n },
  { input: 'long', canonical: '"long"', fingerprint: -3434872931120570953n },
  { input: 'float', canonical: '"float"', fingerprint: 5583340709985441680n },
  { input: 'double', canonical: '"double"', fingerprint: -8181574048448539266n },
  { input: 'bytes', canonical: '"bytes"', fingerprint: 5746618253357095269n },
  { input: 'string', canonical: '"string"', fingerprint: -8142146995180207161n },
  { input: [], canonical: '[]', fingerprint: -1241056759729112623n },
  { input: ['int', { type: 'boolean' }], canonical: '["int","boolean"]', fingerprint: 5392556393470105090n },
  {
    input: { fields: [], type: 'record', name: 'foo', namespace: 'x.y' },
    canonical: '{"name":"x.y.foo","type":"record","fields":[]}',
    fingerprint: 5916914534497305771n,
  },
  {
    input: { fields: [], type: 'record', name: 'a.b.foo', namespace: 'x.y' },
    canonical: '{"name":"a.b.foo","type":"record","fields":[]}',
    fingerprint: -4616218487480524110n,
  },
  {
    input: { fields: [], type: 'record', name: 'foo', doc: 'foo', aliases: ['foo', 'bar'] },
    canonical: '{"name":"foo","type":"record","fields":[]}',
    fingerprint: -4824392279771201922n,
  },
  {
    input: {
      fields: [
        { type: 'boolean', aliases: [], name: 'f1', default: 'true' },
        { order: 'descending', name: 'f2', doc: 'Hello', type: 'int' },
      ],
      type: 'record',
      name: 'foo',
    },
    canonical: '{"name":"foo","type":"record","fields":[{"name":"f1","type":"boolean"},{"name":"f2","type":"int"}]}',
    fingerprint: -4860222112080293046n,
  },
  {
    input: { namespace: 'x.y.z', type: 'enum', name: 'foo', doc: 'foo bar', symbols: ['A1', 'A2'] },
    canonical: '{"name":"x.y.z.foo","type":"enum","symbols":["A1","A2"]}',
    fingerprint: -4448647247586288245n,
  },
  {
    input: { namespace: 'x.y.z', type: 'fixed', name: 'foo', doc: 'foo bar', size: 32 },
    canonical: '{"name":"x.y.z.foo","type":"fixed","size":32}',
    fingerprint: -3064184465700546786n,
  },
  {
    input: { items: { type: 'null' }, type: 'array' },
    canonical: '{"type":"array","items":"null"}',
    fingerprint: -589620603366471059n,
  },
  { input: { values: 'string', type: 'map' }, canonical: '{"type":"map","values":"string"}', fingerprint: -8732877298790414990n },
  {
    input: { name: 'PigValue', type: 'record', fields: [{ name: 'value', type: ['null', 'int', 'long', 'PigValue'] }] },
    canonical: '{"name":"PigValue","type":"record","fields":[{"name":"value","type":["null","int","long","PigValue"]}]}',
    fingerprint: -1759257747318642341n,
  },
]

describe('a schema fingerprint', () => {
  it.each(vectors)('of $canonical is the one Avro publishes', ({ input, canonical, fingerprint }) => {
    expect(canonicalForm(input)).toBe(canonical)
    expect(BigInt.asIntN(64, schemaFingerprint(input))).toBe(fingerprint)
  })

  it('gives a nested type the namespace of the record around it', () => {
    const inner = { type: 'record', name: 'Inner', fields: [] }
    const schema = {
      type: 'record',
      name: 'Outer',
      namespace: 'n',
      fields: [
        { name: 'a', type: inner },
        { name: 'b', type: 'Inner' },
      ],
    }
    expect(canonicalForm(schema)).toContain(
      '{"name":"a","type":{"name":"n.Inner","type":"record","fields":[]}},{"name":"b","type":"n.Inner"}',
    )
  })
})
