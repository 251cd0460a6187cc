import { randomBytes } from 'node:crypto'
import type { UserSettings } from '../mapping/settings.ts'
import type { JsonObject } from '../scim/json.ts'

/** The password that a client gives a user. */
export function passwordOf({ password }: JsonObject): string | undefined {
  return typeof password === 'string' ? password : undefined
}

/** The password of a new user for whom the client gave none, where the settings want one: of all kinds of characters, so that
 *  every policy takes it, and with more than anybody can guess. Nobody gets to know it. */
export function initialPassword({ password }: UserSettings): string | undefined {
  if (password?.whenMissing !== 'random') return undefined
  return `${randomBytes(24).toString('base64')}aA1!`
}
