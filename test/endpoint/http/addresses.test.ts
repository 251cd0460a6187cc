import assert from 'node:assert/strict'
import { hashToken } from '../../../src/http/tokens.ts'
import { AppUnderTest, errorBody, token } from './app-under-test.ts'

const refusal = errorBody(
  403,
  'Requests from this address are not allowed. An administrator finds it in the log of the bridge.',
)

/** The status that a good token gets, and with it whether it was looked at. */
async function statusOf(settings: object, forwardedFor?: string): Promise<number> {
  const app = await AppUnderTest.start(settings)
  const headers: Record<string, string> =
    forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }
  const { status, body } = await app.scim('/Users', { headers })
  await app.stop()
  if (status === 403) assert.deepEqual(body, refusal)
  return status
}

describe('Allowed addresses', () => {
  it('let in who is among them, and answer 403 to all others', async () => {
    assert.equal(await statusOf({ allowedAddresses: ['127.0.0.0/8'] }), 200)
    assert.equal(await statusOf({ allowedAddresses: ['192.0.2.1', '::1'] }), 403)
  })

  it('take an IPv4 client for what it is also where the bridge listens on IPv6', async () => {
    const app = await AppUnderTest.start({
      host: '::',
      allowCleartext: true,
      allowedAddresses: ['127.0.0.1'],
    })
    const { port } = new URL(app.server.address)
    const send = async (host: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`http://${host}:${port}/scim/v2/Users`, { headers })).status
    }
    const found = [await send('127.0.0.1'), await send('[::1]')]
    await app.stop()
    assert.deepEqual(found, [200, 403])
  })

  const behindOne = { trustedProxies: 1, allowedAddresses: ['203.0.113.7', '2001:db8::/32'] }
  const behindTwo = { ...behindOne, trustedProxies: 2 }
  const views: readonly (readonly [string, object, string, number])[] = [
    ['that the proxy has added', behindOne, '203.0.113.7', 200],
    ['that the proxy has added with a port', behindOne, '203.0.113.7:50123', 200],
    ['of IPv6 that the proxy has added', behindOne, '[2001:db8::7]:50123', 200],
    ['that the proxy has added as IPv6', behindOne, '::ffff:203.0.113.7', 200],
    ['behind what the client says of itself', behindOne, '198.51.100.1, 203.0.113.7', 200],
    ['that is another behind an allowed one', behindOne, '203.0.113.7, 198.51.100.1', 403],
    ['that is none', behindOne, 'unknown', 403],
    ['that the outer of two proxies has added', behindTwo, '203.0.113.7, 10.0.0.1', 200],
    ['in front of both proxies', behindTwo, '203.0.113.7, 198.51.100.1, 10.0.0.1', 403],
    ['without a proxy', { allowedAddresses: ['203.0.113.7'] }, '203.0.113.7', 403],
  ]
  for (const [what, settings, forwardedFor, status] of views) {
    it(`answer ${status} to an address ${what}: ${forwardedFor}`, async () => {
      assert.equal(await statusOf(settings, forwardedFor), status)
    })
  }

  it('are looked at before the token, so that from elsewhere none can be tried', async () => {
    const app = await AppUnderTest.start({ allowedAddresses: ['192.0.2.1'] })
    const answer = await app.scim('/Users', { headers: { authorization: 'Bearer wrong' } })
    assert.equal(answer.status, 403)
    assert.deepEqual(answer.body, refusal)
    const { fields } = await app.logger.event('request answered')
    assert.equal(fields['clientAddress'], '127.0.0.1')
    assert.ok(!app.logger.events.some(({ message }) => message === 'token refused'))
    await app.stop()
  })

  it('do not matter to health, which load balancers ask from addresses of their own', async () => {
    const app = await AppUnderTest.start({ allowedAddresses: ['192.0.2.1'] })
    const found = [
      (await app.send('/health/live')).status,
      (await app.send('/health/ready')).status,
    ]
    await app.stop()
    assert.deepEqual(found, [200, 200])
  })
})

describe('The addresses of a token', () => {
  const tokens = [
    { name: 'bound', sha256: hashToken('bound'), addresses: ['203.0.113.0/24'] },
    { name: 'free', sha256: hashToken(token) },
  ]

  it('are where it is let in from; elsewhere it is as good as unknown, and the log says why', async () => {
    const app = await AppUnderTest.start({ trustedProxies: 1, tokens })
    const send = async (address: string, secret: string): Promise<readonly [number, unknown]> => {
      const headers = { authorization: `Bearer ${secret}`, 'x-forwarded-for': address }
      const { status, body } = await app.scim('/Users', { headers })
      return [status, status === 401 ? body : undefined]
    }
    assert.deepEqual(await send('203.0.113.9', 'bound'), [200, undefined])
    const unknown = errorBody(401, 'The bearer token is not valid.')
    assert.deepEqual(await send('198.51.100.1', 'bound'), [401, unknown])
    assert.deepEqual(await send('198.51.100.1', token), [200, undefined])
    const { level, fields } = await app.logger.event('token refused')
    await app.stop()
    assert.deepEqual(
      [level, fields['tokenName'], fields['reason'], fields['clientAddress']],
      ['warn', 'bound', 'address', '198.51.100.1'],
    )
  })
})
