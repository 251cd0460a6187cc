import { generateKeyPairSync, sign } from 'node:crypto'
import { element, integer, octets } from './ldap-messages.ts'

const ecdsaWithSha256 = element(0x30, Buffer.from('06082a8648ce3d040302', 'hex'))
const commonName = Buffer.from('0603550403', 'hex')
const subjectAltName = Buffer.from('0603551d11', 'hex')
const loopback = Buffer.from([127, 0, 0, 1])

/** A certificate for 127.0.0.1 that is its own authority, with its key, both as PEM. RFC 5280 §4.1 */
export function selfSigned(name: string): { readonly certificate: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = element(0x30, element(0x31, element(0x30, commonName, octets(name, 0x0c))))
  const names = element(0x30, subjectAltName, octets(element(0x30, octets(loopback, 0x87))))
  const body = element(
    0x30,
    element(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    subject,
    element(0x30, octets('200101000000Z', 0x17), octets('491231235959Z', 0x17)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, element(0x30, names)),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)])
  const certificate = element(0x30, body, ecdsaWithSha256, element(0x03, signature))
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
