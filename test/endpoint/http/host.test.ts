import assert from 'node:assert/strict'
import { request } from 'node:http'
import { AppUnderTest, token } from './app-under-test.ts'

describe('the Host header (RFC 9110 §7.2)', () => {
  let app: AppUnderTest

  before(async () => {
    app = await AppUnderTest.start()
  })

  after(() => app.stop())

  async function statusFor(host: string): Promise<number | undefined> {
    const url = new URL(`${app.baseUrl}/ServiceProviderConfig`)
    return await new Promise((resolve, reject) => {
      const headers = { host, authorization: `Bearer ${token}` }
      const sent = request(url, { headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      sent.on('error', reject)
      sent.end()
    })
  }

  for (const host of ['bridge.example.org', 'bridge:8443', '192.0.2.1:80', '[2001:db8::1]:443']) {
    it(`is taken for locations when it names a host: ${host}`, async () => {
      assert.equal(await statusFor(host), 200)
    })
  }

  for (const host of ['evil.example"<x>', 'a b', 'a/../b', 'a:b:c']) {
    it(`is refused when it does not: ${host}`, async () => {
      assert.equal(await statusFor(host), 400)
    })
  }
})
