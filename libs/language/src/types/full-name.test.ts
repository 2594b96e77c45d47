import { describe, expect, it } from 'vitest'
import { parseFullName } from './parse-full-name.ts'

describe('a full name', () => {
  it.each([
    ['Dr. Ana M. de la Cruz, Jr.', ['Dr.', 'Ana', 'M.', 'de la Cruz', 'Jr']],
    ['John Smith III', [null, 'John', null, 'Smith', 'III']],
    ['John Q. Public Ph.D.', [null, 'John', 'Q.', 'Public', 'PhD']],
    ['Cruz, Ana M.', [null, 'Ana', 'M.', 'Cruz', null]],
    ['Smith, Mr. John, Jr.', ['Mr.', 'John', null, 'Smith', 'Jr']],
    ['Mr. & Mrs. Smith', ['Mr. & Mrs.', null, null, 'Smith', null]],
    ['Van Morrison', [null, 'Van', null, 'Morrison', null]],
    ['John Do', [null, 'John', null, 'Do', null]],
    ['Madonna', [null, 'Madonna', null, null, null]],
    ['Dr.', [null, 'Dr.', null, null, null]],
    ['', [null, null, null, null, null]],
  ])('%j is told apart', (name, parts) => {
    expect(Object.values(parseFullName(name))).toEqual(parts)
  })
})
