import type { XmlElement } from '@leadline/formats'
import type { AnswerDocument } from './answer-document.ts'
import type { Says } from './criteria.ts'

/** The document with what stands in the body of its SOAP envelope as its payload. */
export function withoutEnvelope(document: AnswerDocument): AnswerDocument {
  const payload = document.type === 'xml' ? childOf(document.root, 'Body')?.elements[0] : undefined
  return document.type === 'xml' && payload !== undefined ? { ...document, payload } : document
}

/** A fault is an error in the words of its string (1.1) or reason (1.2); its code tells whose it is. */
export function soapFault(document: AnswerDocument): Says | undefined {
  if (document.type !== 'xml' || document.payload.name !== 'Fault') return undefined
  const fault = document.payload
  const code = textOf(childOf(fault, 'faultcode') ?? childOf(childOf(fault, 'Code'), 'Value'))
  const text = textOf(childOf(fault, 'faultstring') ?? childOf(childOf(fault, 'Reason'), 'Text'))
  const rule = /(?:^|:)(?:Client|Sender)/i.test(code) ? 'soap-fault-of-sender' : 'soap-fault-of-receiver'
  return { rule, verdict: 'error', reason: (text || code || 'SOAP fault').slice(0, 500).toWellFormed() }
}

function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.elements.find((child) => child.name === name)
}

function textOf(element: XmlElement | undefined): string {
  return element?.texts.join('').trim() ?? ''
}
