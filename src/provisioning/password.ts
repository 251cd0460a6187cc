import { randomBytes } from 'node:crypto'
import type { UserSettings } from '../mapping/settings.ts'
import type { JsonObject } from '../scim/json.ts'

/** The password that a client gives a user. */
export function passwordOf({ password }: JsonObject): string | undefined {
  return typeof password === 'string' ? password : undefined
}

/** The password of a new user for whom the client gave none, where the settings want one: of all kinds of characters, so that
 *  every policy takes it, and with more than anybody can guess. Nobody gets to know it. */
export function initialPassword({ password }: Pick<UserSettings, 'password'>): string | undefined {
  if (password?.whenMissing !== 'random') return undefined
  return `${randomBytes(24).toString('base64')}aA1!`
}

/** What becomes of a user whom the directory has not enabled, for he has no password and is given none: as for a new one, he
 *  stays disabled or gets a password that nobody knows. Nothing where that is no way out.
 *  @param before the user as he is.
 *  @param resource as he was to be. */
export function withoutPassword(
  before: JsonObject,
  resource: JsonObject,
  settings: Pick<UserSettings, 'password'>,
): JsonObject | undefined {
  const isEnabled = before['active'] === false && resource['active'] === true
  if (!isEnabled || passwordOf(resource) !== undefined) return undefined
  if (settings.password?.whenMissing === 'disable') return { ...resource, active: false }
  const password = initialPassword(settings)
  return password === undefined ? undefined : { ...resource, password }
}
