/** States, territories and military addresses of the United States, and provinces of Canada: code, name, and other names in use. */
const unitedStates: readonly string[] = [
  'AL Alabama',
  'AK Alaska',
  'AZ Arizona',
  'AR Arkansas',
  'CA California',
  'CO Colorado',
  'CT Connecticut',
  'DE Delaware',
  'DC District of Columbia|Washington DC|Washington D.C.',
  'FL Florida',
  'GA Georgia',
  'HI Hawaii',
  'ID Idaho',
  'IL Illinois',
  'IN Indiana',
  'IA Iowa',
  'KS Kansas',
  'KY Kentucky',
  'LA Louisiana',
  'ME Maine',
  'MD Maryland',
  'MA Massachusetts',
  'MI Michigan',
  'MN Minnesota',
  'MS Mississippi',
  'MO Missouri',
  'MT Montana',
  'NE Nebraska',
  'NV Nevada',
  'NH New Hampshire',
  'NJ New Jersey',
  'NM New Mexico',
  'NY New York',
  'NC North Carolina',
  'ND North Dakota',
  'OH Ohio',
  'OK Oklahoma',
  'OR Oregon',
  'PA Pennsylvania',
  'RI Rhode Island',
  'SC South Carolina',
  'SD South Dakota',
  'TN Tennessee',
  'TX Texas',
  'UT Utah',
  'VT Vermont',
  'VA Virginia',
  'WA Washington',
  'WV West Virginia',
  'WI Wisconsin',
  'WY Wyoming',
  'AS American Samoa',
  'GU Guam',
  'MP Northern Mariana Islands',
  'PR Puerto Rico',
  'VI Virgin Islands|U.S. Virgin Islands|US Virgin Islands',
  'FM Federated States of Micronesia|Micronesia',
  'MH Marshall Islands',
  'PW Palau',
  'AA Armed Forces Americas',
  'AE Armed Forces Europe',
  'AP Armed Forces Pacific',
]

const canada: readonly string[] = [
  'AB Alberta',
  'BC British Columbia',
  'MB Manitoba',
  'NB New Brunswick',
  'NL Newfoundland and Labrador|Newfoundland & Labrador|Newfoundland',
  'NS Nova Scotia',
  'NT Northwest Territories',
  'NU Nunavut',
  'ON Ontario',
  'PE Prince Edward Island|PEI',
  'QC Quebec|Québec',
  'SK Saskatchewan',
  'YT Yukon|Yukon Territory',
]

export interface Region {
  readonly code: string
  readonly name: string
  readonly country_code: 'US' | 'CA'
}

const regions = new Map<string, Region>([...entriesOf(unitedStates, 'US'), ...entriesOf(canada, 'CA')])

/** A region by its code or name, in any case and with or without dots, blanks and accents. */
export function findRegion(text: string): Region | undefined {
  return regions.get(text) ?? regions.get(keyOf(text))
}

function entriesOf(lines: readonly string[], country: Region['country_code']): [string, Region][] {
  return lines.flatMap((line) => {
    const code = line.slice(0, 2)
    const names = line.slice(3).split('|')
    const region = { code, name: names[0] ?? code, country_code: country }
    const keys = [code, keyOf(code), ...names.map(keyOf)]
    return keys.map((key): [string, Region] => [key, region])
  })
}

function keyOf(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z&]+/g, '')
}
