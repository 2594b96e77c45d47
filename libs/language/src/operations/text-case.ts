import { textOperation } from './text-operation.ts'

const capitalized = (text: string): string =>
  text.replace(/(^|[\s-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())

export const textCaseHelpers = [
  textOperation('uppercase', [], (text) => text.toUpperCase()),
  textOperation('lowercase', [], (text) => text.toLowerCase()),
  textOperation('capitalize', [], capitalized),
]

export const textCaseMethods = [
  textOperation('toUpperCase', [], (text) => text.toUpperCase()),
  textOperation('toLowerCase', [], (text) => text.toLowerCase()),
]
