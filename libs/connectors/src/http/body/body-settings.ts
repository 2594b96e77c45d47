import { compileTemplate } from '@leadline/language'
import { z } from 'zod'
import { report } from '../../kit/setting-types.ts'
import { rawContext } from '../raw-context.ts'
import { compileCsvBody, csvBody } from './csv-body.ts'
import { compileFixedWidthBody, fixedWidthBody } from './fixed-width-body.ts'
import { compileFormBody, formBody, formNames } from './form-body.ts'
import { compileJsonBody, inParameter, jsonBody, parameterSettings } from './json-body.ts'
import { compileMultipartBody, multipartBody } from './multipart-body.ts'
import { compilePipeBody, pipeBody } from './pipe-body.ts'
import { compileRawBody } from './raw-body.ts'
import { compileSoapBody, soapBody } from './soap-body.ts'
import type { BodyWriter } from './written-body.ts'
import { compileXmlBody, xmlBody } from './xml-body.ts'

/** The kinds of bodies; a new one is a file, a line here and one in `compileKind`. */
const kinds = {
  json: jsonBody,
  form: formBody,
  xml: xmlBody,
  soap: soapBody,
  csv: csvBody,
  pipe: pipeBody,
  fixedWidth: fixedWidthBody,
  multipart: multipartBody,
  raw: z.string(),
}

export const bodySettings = z
  .strictObject({
    ...z.object(kinds).partial().shape,
    names: formNames.optional(),
    ...parameterSettings,
    contentType: z.string().min(1).optional(),
  })
  .superRefine((value, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    const named = Object.keys(kinds).filter((kind) => Object.hasOwn(value, kind))
    if (named.length !== 1) context.addIssue({ code: 'custom', message: `needs exactly one of ${Object.keys(kinds).join(', ')}` })
    if (value.names !== undefined && value.form === undefined) refuse('names', 'is for a form')
    if (value.parameter !== undefined && value.json === undefined && value.xml === undefined)
      refuse('parameter', 'is for json or xml in one parameter of a form')
    if (value.extra !== undefined && value.parameter === undefined) refuse('extra', 'needs parameter beside it')
    const { raw, contentType } = value
    if (raw === undefined) return
    if (contentType === undefined) refuse('contentType', 'a raw body needs its contentType')
    report(context, () => compileTemplate(raw, rawContext(contentType)))
  })

export type BodySettings = z.infer<typeof bodySettings>

export function compileBody(settings: BodySettings): BodyWriter {
  const write = compileKind(settings)
  const { parameter, extra, contentType } = settings
  const wrapped = parameter === undefined ? write : inParameter(parameter, extra, write)
  return contentType === undefined ? wrapped : (view) => ({ ...wrapped(view), contentType })
}

function compileKind(body: BodySettings): BodyWriter {
  if (body.form !== undefined) return compileFormBody(body.form, body.names)
  if (body.xml !== undefined) return compileXmlBody(body.xml)
  if (body.soap !== undefined) return compileSoapBody(body.soap)
  if (body.csv !== undefined) return compileCsvBody(body.csv)
  if (body.pipe !== undefined) return compilePipeBody(body.pipe)
  if (body.fixedWidth !== undefined) return compileFixedWidthBody(body.fixedWidth)
  if (body.multipart !== undefined) return compileMultipartBody(body.multipart)
  if (body.raw !== undefined) return compileRawBody(body.raw, body.contentType ?? '')
  return compileJsonBody(body.json ?? null)
}
