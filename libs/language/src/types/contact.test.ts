import { describe, expect, it } from 'vitest'
import { normalOf, read } from './type-scenario.ts'

describe('a phone number', () => {
  it.each([
    '(737) 874-2833',
    '+1 737 874 2833',
    '1-737-874-2833',
    '737.874.2833',
    '+17378742833',
    7378742833,
    'tel 7378742833'.slice(4),
  ])('%j is of the United States', (value) => {
    expect(read('phone', value)).toMatchObject({
      ...{ normal: '7378742833', valid: true, area: '737', exchange: '874', line: '2833', number: '8742833' },
      ...{ extension: null, country_code: 'US', country_calling_code: 1, e164: '+17378742833', type: null, is_tollfree: false },
    })
  })

  it.each(['737-874-2833 x 905', '7378742833x905', '737-874-2833 ext. 905', '+1 (737) 874-2833 #905'])(
    '%j keeps its extension',
    (value) => {
      expect(read('phone', value)).toMatchObject({ normal: '7378742833x905', extension: '905', number: '8742833' })
    },
  )

  it.each([
    ['737-874-2833 (w)', 'work'],
    ['w: 737-874-2833', 'work'],
    ['737-874-2833 home', 'home'],
    ['737-874-2833 (cell)', 'mobile'],
  ])('%j says what kind it is', (value, type) => {
    expect(read('phone', value)).toMatchObject({ normal: '7378742833', raw: '737-874-2833', type })
  })

  it.each(['800', '833', '844', '855', '866', '877', '888'])('that begins with %s costs its caller nothing', (area) => {
    expect(read('phone', `${area}-555-1212`)).toMatchObject({ valid: true, is_tollfree: true })
  })

  it('of another country has that country and its national digits', () => {
    expect(read('phone', '+44 20 7946 0958')).toMatchObject({
      normal: '2079460958',
      country_code: 'GB',
      country_calling_code: 44,
    })
    expect(read('phone', '+447400123456x12')).toMatchObject({ normal: '7400123456x12', e164: '+447400123456', area: null })
    expect(read('phone', '416-555-1234')).toMatchObject({ country_code: 'CA', country_calling_code: 1, area: '416' })
  })

  it.each(['737-***-****', '(***) ***-2833', '1-***-***-****'])('that came starred (%s) is valid and says so', (value) => {
    expect(read('phone', value)).toMatchObject({ valid: true, masked: true, country_code: 'US', raw: value })
    expect(read('phone', '737-***-****')).toMatchObject({ normal: '737*******', area: '737', exchange: '***', line: '****' })
  })

  it.each(['', 'call me later', '73787428', '555-555-5555', '137-874-2833', '737-***-***', 'x'.repeat(200)])(
    '%j is none',
    (value) => {
      expect(read('phone', value)).toMatchObject({ normal: value, raw: value, valid: false })
    },
  )
})

describe('an email address', () => {
  it('is lower-cased and taken apart', () => {
    expect(read('email', ' Ann.Lee+Promo@Mail.Example.co.uk ')).toMatchObject({
      ...{ normal: 'ann.lee+promo@mail.example.co.uk', valid: true, user: 'ann.lee+promo' },
      ...{ domain: 'mail.example.co.uk', host: 'mail.example', tld: 'co.uk', is_free: false, is_disposable: false },
    })
  })

  it('tells free mailboxes and those to be thrown away', () => {
    expect(read('email', 'sam.r@gmail.com')).toMatchObject({ is_free: true, is_disposable: false })
    expect(read('email', 'x@inbox.mailinator.com')).toMatchObject({ is_disposable: true })
    expect(read('email', 'x@example.com')).toMatchObject({ is_free: false, valid: true })
  })

  it.each([
    'ann.example.com',
    'a@b',
    'a@@b.com',
    'a b@c.com',
    'a@co.uk',
    '.a@b.com',
    'a..b@c.com',
    'a@b..com',
    'a@1.2.3.4',
    '@b.com',
    'a@-b.com',
  ])('%j is none', (value) => {
    expect(normalOf('email', value)).toBeUndefined()
  })
})

describe('an address on the web', () => {
  it('gets its scheme, and is taken apart', () => {
    expect(read('url', 'Shop.Example.org:8443/deals?x=1#top')).toMatchObject({
      ...{ normal: 'http://shop.example.org:8443/deals?x=1#top', protocol: 'http', host: 'shop.example.org:8443' },
      ...{ port: '8443', path: '/deals', query: 'x=1', hash: '#top', valid: true },
    })
  })

  it.each(['ftp://x.org', 'mailto:a@b.org', 'javascript:alert(1)', 'hello', '12.50', 'a b.com', 'http://x..org', 'http://', ''])(
    '%j is none',
    (value) => {
      expect(normalOf('url', value)).toBeUndefined()
    },
  )

  it('of a certificate is on the host of certificates only', () => {
    const id = 'a1'.repeat(20)
    expect(normalOf('trustedform_url', `https://cert.trustedform.com/${id}`)).toBe(`https://cert.trustedform.com/${id}`)
    expect(normalOf('trustedform_url', `https://cert.trustedform.com.evil.example/${id}`)).toBeUndefined()
    expect(normalOf('trustedform_url', `https://cert.trustedform.com/${id}0`)).toBeUndefined()
  })
})

describe('an IP address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7/24', '203.0.113.7'],
    ['https://203.0.113.7:80/x?y', '203.0.113.7'],
    ['[2001:DB8:0:0:0:0:0:5]:443', '2001:db8::5'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%j is %s', (value, normal) => {
    expect(read('ip', value)).toMatchObject({ normal, valid: true, is_ipv4: normal.includes('.') })
  })

  it.each(['https://example.com', '256.1.1.1', '01.2.3.4', '1.2.3', ':::', 'abc'])('%j is none', (value) => {
    expect(normalOf('ip', value)).toBeUndefined()
  })
})
