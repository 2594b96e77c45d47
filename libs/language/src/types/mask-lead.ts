import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { rereadJson, stringifyJson } from '@leadline/formats'
import { textOf } from '../text-of.ts'
import type { FieldType } from './field-type.ts'
import { type FieldTypes, standardFieldTypes } from './field-types.ts'
import { maskTyped, starred } from './mask-value.ts'
import { readValue } from './parse-type.ts'

/** A lead as it may be shown: sensitive fields starred, at any depth. */
export function maskLead(lead: JsonObject, types: FieldTypes): JsonObject {
  return Object.fromEntries(
    Object.entries(lead).map(([name, value]) => [
      name,
      types.isSensitive(name) ? maskField(value, types.of(name)) : maskWithin(value, innerTypes(types, name)),
    ]),
  )
}

/** The same of a lead's JSON text; as it is when nothing in it is sensitive. */
export function maskLeadText(text: string, types: FieldTypes): string {
  if (!types.mayHide(text)) return text
  const lead = rereadJson(text)
  return isJsonObject(lead) ? stringifyJson(maskLead(lead, types)) : text
}

/** The texts of a lead's sensitive fields, in the ways that they are written and with their parts: by them they are found wherever they went. */
export function sensitiveTexts(lead: JsonObject, types: FieldTypes): readonly string[] {
  return Object.entries(lead).flatMap(([name, value]) =>
    types.isSensitive(name) ? spellingsIn(value, types.of(name)) : sensitiveWithin(value, innerTypes(types, name)),
  )
}

function maskField(value: Json, type: FieldType): Json {
  return typeof value === 'string' ? maskTyped(type, readValue(type, value, null)).normal : starred(value)
}

function maskWithin(value: Json, types: FieldTypes): Json {
  if (isJsonObject(value)) return maskLead(value, types)
  return Array.isArray(value) ? value.map((item) => maskWithin(item, types)) : value
}

function sensitiveWithin(value: Json, types: FieldTypes): readonly string[] {
  if (isJsonObject(value)) return sensitiveTexts(value, types)
  return Array.isArray(value) ? value.flatMap((item) => sensitiveWithin(item, types)) : []
}

function innerTypes(types: FieldTypes, field: string): FieldTypes {
  return types.within(field) ?? standardFieldTypes
}

function spellingsIn(value: Json, type: FieldType): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => spellingsIn(item, type))
  if (isJsonObject(value)) return Object.values(value).flatMap((item) => spellingsIn(item, type))
  if (value === null || typeof value === 'boolean') return []
  const text = textOf(value)
  const parts = Object.values(readValue(type, value, null).components).filter((part) => typeof part === 'string')
  return [text, ...datesLike(text), ...parts.filter((part) => part.length >= 4 && part !== text)]
}

/** A date as people and forms write it. */
function datesLike(text: string): string[] {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  if (year === undefined) return []
  const orders = ['/', '-', '.', ''].flatMap((dash) => [
    `${month}${dash}${day}${dash}${year}`,
    `${day}${dash}${month}${dash}${year}`,
  ])
  return [...orders, `${year}${month}${day}`, `${Number(month)}/${Number(day)}/${year}`]
}
