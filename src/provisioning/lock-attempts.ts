import { DirectoryError } from '../directory/error.ts'
import { scimErrors } from '../scim/error.ts'
import type { JsonObject } from '../scim/json.ts'

/** How often the value that locks an account may be gone when it is to be deleted, and there when it is read again, before it
 *  counts as one that the entry does not hold. */
const mostMisses = 3

/** The attempts of one request at making an account active. A role or a class of service of 389 DS shows a lock in entries that do
 *  not hold it, and so cannot lose it. */
export class LockAttempts {
  #isUnlocking = false
  #misses = 0

  /** Notes how the user was in this attempt, and is to be. */
  note(before: JsonObject, after: JsonObject): void {
    this.#isUnlocking = before['active'] === false && after['active'] === true
  }

  /** What a failure of this attempt comes to.
   *  @param attribute that of the status. */
  failureOf(error: unknown, attribute: string | undefined): unknown {
    if (!this.#isUnlocking || !isMissing(error, attribute)) return error
    this.#misses += 1
    return this.#misses < mostMisses ? error : lockedFromElsewhere(error)
  }
}

/** Whether a value to be deleted is not there: that of the attribute, as far as the server tells. */
function isMissing(error: unknown, attribute: string | undefined): boolean {
  if (!(error instanceof DirectoryError) || error.isPartial) return false
  const named = error.attribute?.toLowerCase() ?? attribute?.toLowerCase()
  return error.failure === 'valueAbsent' && named === attribute?.toLowerCase()
}

function lockedFromElsewhere(cause: unknown): Error {
  return scimErrors.mutability(
    'active cannot be made true: the account is locked from outside of its entry, as by a role or a class of service of the directory. Let an administrator take it out of that, or leave active out.',
    { cause },
  )
}
