/** Names that fields of leads usually have, and the type that is meant. Numbered ones (`phone_1`) are of the same type. */
const namesByType: Readonly<Record<string, string>> = {
  phone: 'phone phone_number home_phone work_phone mobile_phone cell_phone mobile fax',
  email: 'email email_address',
  first_name: 'first_name firstname given_name',
  last_name: 'last_name lastname surname family_name',
  full_name: 'full_name fullname',
  street: 'street street_address address address_1',
  city: 'city',
  state: 'state province',
  postal_code: 'postal_code zip zip_code zipcode postcode',
  dob: 'dob birth_date birthdate date_of_birth',
  gender: 'gender',
  ssn: 'ssn social_security_number',
  ip: 'ip ip_address',
  boolean: 'opt_in opted_in tcpa_consent',
  url: 'url landing_page_url referring_url website',
  trustedform_url: 'trustedform_cert_url',
  credit_card: 'credit_card credit_card_number card_number',
  credential: 'credential password',
}

const typeByName: ReadonlyMap<string, string> = new Map([
  ...Object.entries(namesByType).flatMap(([type, names]) => names.split(' ').map((name): [string, string] => [name, type])),
  // The second line of an address is a flat or a floor.
  ...['address_2', 'address_3', 'street_2', 'street_address_2'].map((name): [string, string] => [name, 'string']),
])

/** The standard names of the fields of these types. */
export function namesOfTypes(types: readonly string[]): readonly string[] {
  return types.flatMap((type) => namesByType[type]?.split(' ') ?? [])
}

/** The name of the type that a field of this name has when nothing is declared; `string` when the name says nothing. */
export function standardTypeOf(field: string): string {
  const name = field.toLowerCase()
  return typeByName.get(name) ?? typeByName.get(name.replace(/_?\d+$/, '')) ?? 'string'
}
