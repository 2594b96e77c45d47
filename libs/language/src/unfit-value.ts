import { LeadlineError } from '@leadline/domain'

/** A lead's value that cannot stand where the template puts it; the lead is at fault, not the flow. */
export class UnfitValue extends LeadlineError {
  override readonly name = 'UnfitValue'
  readonly why: string
  constructor(expression: string, why: string) {
    super('INVALID_VALUE', `{{${expression}}}: ${why}`, { fields: { expression } })
    this.why = why
  }
}
