import assert from 'node:assert/strict'
import { localOrigin } from '../../../src/http/ask-health.ts'

describe('localOrigin', () => {
  const tls = {
    certificateFile: 'a',
    keyFile: 'b',
    reloadIntervalMs: 1,
    clientCertificates: 'none',
  } as const

  for (const [host, origin] of [
    ['127.0.0.1', 'http://127.0.0.1:8080'],
    ['0.0.0.0', 'http://127.0.0.1:8080'],
    ['::', 'http://[::1]:8080'],
    ['2001:db8::1', 'http://[2001:db8::1]:8080'],
    ['bridge.example.org', 'http://bridge.example.org:8080'],
  ] as const) {
    it(`asks a bridge that listens on ${host} at ${origin}`, () => {
      assert.equal(localOrigin({ host, port: 8080 }), origin)
    })
  }

  it('asks a bridge with TLS over https', () => {
    assert.equal(localOrigin({ host: '::', port: 8443, tls }), 'https://[::1]:8443')
  })
})
