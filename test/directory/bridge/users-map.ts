import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse, stringify } from 'yaml'
import type { Overrides } from '../../support/bridge.ts'

const preset = path.resolve(import.meta.dirname, '../../../config/openldap.yaml')

/** A setting as YAML in one line, as environment variables have it. */
export function oneLine(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
}

/** The attribute map of the preset's users with further lines; one that is undefined is taken out. */
export function usersMap(lines: Readonly<Record<string, unknown>>): Overrides {
  const { users } = parse(readFileSync(preset, 'utf8')) as { users: { attributes: object } }
  const map = Object.entries({ ...users.attributes, ...lines })
  const kept = Object.fromEntries(map.filter(([, line]) => line !== undefined))
  return { 'users.attributes': oneLine(kept) }
}

/** A map with certificates. */
export const certificatesMap = usersMap({ x509Certificates: 'userCertificate' })

/** What looks like a certificate to everybody but the server, which refuses it at the end of a plan. */
export const certificateForNobody = { value: Buffer.from('30020500', 'hex').toString('base64') }
