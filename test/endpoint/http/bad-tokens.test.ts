import assert from 'node:assert/strict'
import { hashToken } from '../../../src/http/tokens.ts'
import { type Answer, AppUnderTest, errorBody, token } from './app-under-test.ts'

const badTokens = { limit: 3, periodMs: 3_600_000 }
// The delays have tests of their own.
const settings = { badTokens: { ...badTokens, maxDelayMs: 0 }, trustedProxies: 1 }
const unauthorized = errorBody(401, 'The bearer token is not valid.')
const tooMany = errorBody(
  429,
  'Too many requests came from this address with a token that is not valid. Correct the token; a valid one is let in at once.',
)

async function sendFrom(app: AppUnderTest, address: string, secret: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${secret}`, 'x-forwarded-for': address }
  return await app.scim('/Users', { headers })
}

async function statuses(app: AppUnderTest, address: string, times: number): Promise<number[]> {
  const found: number[] = []
  for (let time = 0; time < times; time += 1) {
    found.push((await sendFrom(app, address, `wrong-${time}`)).status)
  }
  return found
}

describe('The answers to repeated bad tokens', () => {
  let app: AppUnderTest

  beforeEach(async () => {
    app = await AppUnderTest.start({ badTokens: { ...badTokens, limit: 6, maxDelayMs: 1600 } })
  })

  afterEach(() => app.stop())

  async function timed(secret: string): Promise<{ readonly status: number; readonly ms: number }> {
    const startedAt = performance.now()
    const { status } = await app.scim('/Users', { headers: { authorization: `Bearer ${secret}` } })
    return { status, ms: performance.now() - startedAt }
  }

  it('are delayed more and more, and then 429 at once', async () => {
    // At the same time: they are counted as they come.
    const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(async () => await timed('wrong')))
    const refused = answers.filter(({ status }) => status === 401).map(({ ms }) => ms)
    // A timer may fire a little early.
    const least = [0, 98, 198, 398, 798, 1598]
    const sooner = refused.sort((a, b) => a - b).filter((ms, index) => ms < (least[index] ?? 0))
    assert.deepEqual([refused.length, sooner], [6, []])
    assert.ok((answers.find(({ status }) => status === 429)?.ms ?? 1600) < 1598)
  })

  it('never keep a good token from the same address waiting', async () => {
    const bad = Promise.all([1, 2, 3, 4, 5, 6].map(async () => await timed('wrong')))
    await app.logger.event('token refused')
    const isFirst = await Promise.race([bad.then(() => 'bad'), timed(token).then(() => 'good')])
    assert.equal(isFirst, 'good')
    await bad
  })
})

describe('Repeated bad tokens', () => {
  let app: AppUnderTest

  beforeEach(async () => {
    app = await AppUnderTest.start(settings)
  })

  afterEach(() => app.stop())

  it('are answered 429 with the time to wait, and each costs a new connection', async () => {
    assert.deepEqual(await statuses(app, '192.0.2.1', 3), [401, 401, 401])
    const { status, body, headers } = await sendFrom(app, '192.0.2.1', 'wrong')
    assert.equal(status, 429)
    assert.deepEqual(body, tooMany)
    const seconds = Number(headers.get('retry-after'))
    assert.ok(seconds > 3590 && seconds <= 3600, String(seconds))
    assert.equal(headers.get('connection'), 'close')
  })

  it('do not keep a good token from the same address waiting', async () => {
    await statuses(app, '192.0.2.1', 10)
    assert.equal((await sendFrom(app, '192.0.2.1', token)).status, 200)
    assert.equal((await sendFrom(app, '192.0.2.1', 'wrong')).status, 429)
  })

  it('are counted for the address that the proxies tell, whatever the client says of itself', async () => {
    for (let each = 0; each < 4; each += 1) {
      await sendFrom(app, `198.51.100.${each}, 192.0.2.1`, 'wrong')
    }
    assert.equal((await sendFrom(app, '203.0.113.9, 192.0.2.1', 'wrong')).status, 429)
    assert.deepEqual((await sendFrom(app, '192.0.2.1, 192.0.2.2', 'wrong')).body, unauthorized)
  })

  it('are logged one by one up to the limit, and then once', async () => {
    await statuses(app, '192.0.2.1', 10)
    const refused = app.logger.events.filter(({ message }) => message === 'token refused')
    assert.equal(refused.length, 3)
    const slowed = app.logger.events.filter(({ message }) => message === 'too many bad tokens')
    assert.deepEqual(
      slowed.map(({ level, fields }) => ({
        level,
        ...fields,
        requestId: typeof fields['requestId'],
      })),
      [{ level: 'warn', requestId: 'string', clientAddress: '192.0.2.1', ...badTokens }],
    )
  })

  it('are not requests without any token, which nobody can guess with', async () => {
    for (let each = 0; each < 5; each += 1) {
      const answer = await app.scim('/Users', { headers: { authorization: '' } })
      assert.equal(answer.status, 401)
    }
  })

  it('may be expired ones', async () => {
    const tokens = [{ name: 'old', sha256: hashToken('old'), expires: '2020-01-01' }]
    const late = await AppUnderTest.start({ badTokens: { ...badTokens, limit: 1 }, tokens })
    const headers = { authorization: 'Bearer old' }
    const first = await late.scim('/Users', { headers })
    const second = await late.scim('/Users', { headers })
    await late.stop()
    assert.deepEqual([first.status, second.status], [401, 429])
  })
})
