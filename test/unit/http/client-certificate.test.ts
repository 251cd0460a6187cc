import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { isDemanded, toClientCertificate } from '../../../src/http/client-certificate.ts'

/** openssl req -x509 -utf8 -subj '/DC=org/DC=example/O=Ex, \\+Inc\\/x/CN=Zoë "q" #1+UID=u\\+1' */
const odd = `-----BEGIN CERTIFICATE-----
MIICLDCCAdOgAwIBAgIUWfokgicdCwG+zZ6RIbAdr8d24RYwCgYIKoZIzj0EAwIw
bDETMBEGCgmSJomT8ixkARkWA29yZzEXMBUGCgmSJomT8ixkARkWB2V4YW1wbGUx
EzARBgNVBAoMCkV4LCArSW5jL3gxJzARBgoJkiaJk/IsZAEBDAN1KzEwEgYDVQQD
DAtab8OrICJxIiAjMTAeFw0yNjExMjIxMjQ0MzlaFw0yNjExMjQxMjQ0MzlaMGwx
EzARBgoJkiaJk/IsZAEZFgNvcmcxFzAVBgoJkiaJk/IsZAEZFgdleGFtcGxlMRMw
EQYDVQQKDApFeCwgK0luYy94MScwEQYKCZImiZPyLGQBAQwDdSsxMBIGA1UEAwwL
Wm/DqyAicSIgIzEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR1vCy0V97dVY7j
Nvf49XJ61VBHwldMsjxKv7Aiv7NAIvByuhlSAzuhg25rY0QfHrvEGR8CwHXCVH4W
Gfh1KcMNo1MwUTAdBgNVHQ4EFgQUEoGsjIgnXjFdnNpmjMWGcJr5NLkwHwYDVR0j
BBgwFoAUEoGsjIgnXjFdnNpmjMWGcJr5NLkwDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNHADBEAiB3sUyUpNR6hr1tagV12TeKnWzgJwzcHD9Fx6CpDSRHIAIg
RN/wuql+m1SVtSF70gwHHS0+naaKOj64+nFV2pzoKhw=
-----END CERTIFICATE-----
`

// What `openssl x509 -noout -fingerprint -sha256` and `-subject -nameopt RFC2253,-esc_msb` print.
const fingerprint =
  '66:D8:9E:20:2C:4B:C4:58:76:78:7E:72:79:C9:AB:B2:D2:68:8B:5A:0F:33:DC:FA:9C:B5:1D:DA:89:66:C6:A8'
const subject = String.raw`CN=Zoë \"q\" #1+UID=u\+1,O=Ex\, \+Inc/x,DC=example,DC=org`

describe('toClientCertificate', () => {
  it('has fingerprint and subject as openssl prints them', () => {
    assert.deepEqual(toClientCertificate(new X509Certificate(odd)), {
      sha256: fingerprint.replaceAll(':', '').toLowerCase(),
      subject,
    })
  })
})

describe('isDemanded', () => {
  const certificate = toClientCertificate(new X509Certificate(odd))

  for (const demanded of [
    { sha256: fingerprint },
    { sha256: certificate.sha256 },
    { subject },
    { sha256: fingerprint, subject },
  ]) {
    it(`is true of the certificate with the demanded ${Object.keys(demanded).join(' and ')}`, () =>
      assert.equal(isDemanded(demanded, certificate), true))
  }

  const other = fingerprint.replace('66', '67')
  for (const demanded of [
    { sha256: other },
    { subject: 'CN=other' },
    { subject: subject.toLowerCase() },
    { sha256: other, subject },
    { sha256: fingerprint, subject: 'CN=other' },
  ]) {
    it(`is false where ${JSON.stringify(demanded)} is demanded`, () =>
      assert.equal(isDemanded(demanded, certificate), false))
  }

  it('is false without a certificate', () => {
    assert.equal(isDemanded({ subject }, undefined), false)
  })
})
