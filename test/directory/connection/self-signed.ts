import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { element, integer, octets } from './ldap-messages.ts'

const ecdsaWithSha256 = element(0x30, Buffer.from('06082a8648ce3d040302', 'hex'))
const commonName = Buffer.from('0603550403', 'hex')
const subjectAltName = Buffer.from('0603551d11', 'hex')
const basicConstraints = Buffer.from('0603551d13', 'hex')
const yes = Buffer.from('0101ff', 'hex')
const loopback = Buffer.from([127, 0, 0, 1])

/** A certificate with its key, both as PEM. */
export interface Certified {
  readonly certificate: string
  readonly key: string
}

/** A CA of client certificates. */
export interface ClientCa {
  readonly certificate: string
  /** A certificate for `CN=<name>` that the CA has signed, for a new key. */
  issue(name: string): Certified
}

/** A certificate for 127.0.0.1 that is its own authority. RFC 5280 §4.1 */
export function selfSigned(name: string): Certified {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const names = element(0x30, subjectAltName, octets(element(0x30, octets(loopback, 0x87))))
  const certificate = signed(
    { issuer: name, subject: name, publicKey, extension: names },
    privateKey,
  )
  return { certificate, key: pem(privateKey) }
}

/** A CA with a new key. RFC 5280 §4.2.1.9 */
export function clientCa(issuer: string): ClientCa {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const isCa = element(0x30, basicConstraints, yes, octets(element(0x30, yes)))
  const isNoCa = element(0x30, basicConstraints, octets(element(0x30)))
  return {
    certificate: signed({ issuer, subject: issuer, publicKey, extension: isCa }, privateKey),
    issue(subject) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const body = { issuer, subject, publicKey: own.publicKey, extension: isNoCa }
      return { certificate: signed(body, privateKey), key: pem(own.privateKey) }
    },
  }
}

interface CertificateBody {
  readonly issuer: string
  readonly subject: string
  readonly publicKey: KeyObject
  readonly extension: Buffer
}

let lastSerialNumber = 0

function signed(body: CertificateBody, signingKey: KeyObject): string {
  const { issuer, subject, publicKey, extension } = body
  const content = element(
    0x30,
    element(0xa0, integer(2)),
    integer((lastSerialNumber += 1)),
    ecdsaWithSha256,
    nameOf(issuer),
    element(0x30, octets('200101000000Z', 0x17), octets('491231235959Z', 0x17)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, element(0x30, extension)),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', content, signingKey)])
  const certificate = element(0x30, content, ecdsaWithSha256, element(0x03, signature))
  return `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`
}

function nameOf(commonNameText: string): Buffer {
  return element(0x30, element(0x31, element(0x30, commonName, octets(commonNameText, 0x0c))))
}

function pem(privateKey: KeyObject): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
