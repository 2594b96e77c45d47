import { booleanType } from './boolean.ts'
import { cityType } from './city.ts'
import { credentialType } from './credential.ts'
import { creditCardType } from './credit-card.ts'
import { dateType } from './date.ts'
import { dobType } from './dob.ts'
import { emailType } from './email.ts'
import type { FieldType } from './field-type.ts'
import { genderType } from './gender.ts'
import { ipType } from './ip.ts'
import { numberType } from './number.ts'
import { firstNameType, fullNameType, lastNameType } from './person-name.ts'
import { phoneType } from './phone.ts'
import { postalCodeType } from './postal-code.ts'
import { rangeType } from './range.ts'
import { ssnType } from './ssn.ts'
import { stateType } from './state.ts'
import { streetType } from './street.ts'
import { stringType } from './string.ts'
import { timeType } from './time.ts'
import { trustedformUrlType } from './trustedform-url.ts'
import { urlType } from './url.ts'

const list: readonly FieldType[] = [
  stringType,
  booleanType,
  numberType,
  rangeType,
  dateType,
  timeType,
  dobType,
  phoneType,
  emailType,
  postalCodeType,
  stateType,
  streetType,
  cityType,
  firstNameType,
  lastNameType,
  fullNameType,
  genderType,
  urlType,
  trustedformUrlType,
  ipType,
  ssnType,
  creditCardType,
  credentialType,
]

/** The types that come with the product, by name. A new one is one file and one line above. */
export const standardTypes: ReadonlyMap<string, FieldType> = new Map(list.map((type) => [type.name, type]))
