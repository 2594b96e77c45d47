import { describe, expect, it } from 'vitest'
import { createAddressGuard } from './address-guard.ts'
import { openHttpCaller } from './index.ts'

const limits = { connectMs: 500, firstByteMs: 500, totalMs: 500, responseBytes: 1_000 }
const never = new AbortController().signal

describe('the address guard', () => {
  const guard = createAddressGuard(false)

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.0.1',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.19.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::7f00:1',
    '2002:7f00:1::',
    '2001:0:4136:e378:8000:63bf:80ff:fffe',
    '2001:4860::5efe:7f00:1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    'not an address',
  ])('refuses %s', (address) => {
    expect(guard(address)).toEqual(expect.any(String))
  })

  it.each(['93.184.216.34', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    'lets %s pass',
    (address) => {
      expect(guard(address)).toBeUndefined()
    },
  )

  it('lets only what was allowed pass besides', () => {
    const loopback = createAddressGuard(true)
    expect(loopback('127.0.0.1')).toBeUndefined()
    expect(loopback('::1')).toBeUndefined()
    expect(loopback('::ffff:127.0.0.1')).toBeUndefined()
    expect(loopback('10.0.0.1')).toEqual(expect.any(String))
    const network = createAddressGuard(['10.1.0.0/16', 'fd12::/16', '192.168.1.5'])
    expect(network('10.1.2.3')).toBeUndefined()
    expect(network('fd12::1')).toBeUndefined()
    expect(network('192.168.1.5')).toBeUndefined()
    expect(network('10.2.0.1')).toEqual(expect.any(String))
    expect(network('127.0.0.1')).toEqual(expect.any(String))
  })

  it('does not start with a network that is none', () => {
    expect(() => createAddressGuard(['10.1.0.0/16/2'])).toThrow(/not a network/)
    expect(() => createAddressGuard(['intranet'])).toThrow(/not a network/)
  })
})

describe('a call to a forbidden address', () => {
  const spellings = ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '0', '[::1]', '[::ffff:7f00:1]', '①②⑦.0.0.1']

  it.each(spellings)('http://%s/ is refused before a socket is opened', async (host) => {
    await using http = openHttpCaller({ allowLoopback: false })
    const result = await http.call({ method: 'GET', url: `http://${host}/`, headers: {}, body: null }, limits, never)
    expect(result).toMatchObject({
      type: 'unanswered',
      why: 'refused',
      sent: false,
      message: expect.stringContaining('not a public address'),
    })
  })

  it('is refused whole when only one address of the name is forbidden', async () => {
    const resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ]
    await using http = openHttpCaller({ allowLoopback: false, resolve })
    const result = await http.call({ method: 'GET', url: 'http://crm.example/', headers: {}, body: null }, limits, never)
    expect(result).toMatchObject({ why: 'refused', sent: false, message: expect.stringContaining('10.0.0.1') })
  })

  it('is not retried by asking again: the name is resolved once for a connection', async () => {
    let asked = 0
    const resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '93.184.216.34', family: 4 }]
    await using http = openHttpCaller({ allowLoopback: false, resolve })
    await http.call({ method: 'GET', url: 'http://rebinding.example/', headers: {}, body: null }, limits, never)
    expect(asked).toBe(1)
  })

  it('that cannot be resolved is a connection error', async () => {
    const resolve = async () => Promise.reject(new Error('ENOTFOUND crm.example'))
    await using http = openHttpCaller({ allowLoopback: false, resolve })
    const result = await http.call({ method: 'GET', url: 'http://crm.example/', headers: {}, body: null }, limits, never)
    expect(result).toMatchObject({ why: 'connection', sent: false, message: 'ENOTFOUND crm.example' })
  })

  it('goes nowhere while the name server does not answer', async () => {
    const resolve = () => new Promise<never>(() => {})
    await using http = openHttpCaller({ allowLoopback: false, resolve })
    const result = await http.call(
      { method: 'GET', url: 'http://crm.example/', headers: {}, body: null },
      { ...limits, totalMs: 100 },
      never,
    )
    expect(result).toMatchObject({ why: 'timeout', sent: false })
  })
})
