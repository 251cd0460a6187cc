import { DirectoryError, type DirectoryFailure } from '../directory/error.ts'
import type { WriteRequest } from './resource-service.ts'

/** How often a write is decided anew when others change the same values at the same time. */
export const maxAttempts = 10

/** How often those whom a write names are looked up: whoever was renamed is found by his id, a DN that a client gives itself stays
 *  wrong. */
const mostLooks = 4

/** Whether a write failed because the entry, or somebody whom it was to name, is no longer as he was read, so that it has to be
 *  read and decided again. A failed assertion means so too, except where the client named the version it wants to change: then
 *  it is for the client to decide.
 *  @param attempt 1-based. */
export function isConflict(
  error: unknown,
  { ifMatch }: Pick<WriteRequest, 'ifMatch'>,
  attempt: number,
): boolean {
  if (!(error instanceof DirectoryError) || error.isPartial || attempt >= maxAttempts) return false
  const isVersioned = ifMatch !== undefined && ifMatch.trim() !== '*'
  switch (error.failure) {
    case 'valueExists':
    case 'valueAbsent':
    case 'noSuchEntry':
      return true
    case 'noSuchReference':
      return attempt < mostLooks
    case 'assertionFailed':
      return !isVersioned
    default:
      return false
  }
}

/** What may mean that another request came first: a name that is taken may have been taken by the very change that is asked
 *  for, and an attribute that has room for one value may have got one since it was read. */
const onceMore: readonly DirectoryFailure[] = ['notUnique', 'alreadyExists', 'tooManyValues']

/** Whether a write of a user that failed is to be decided anew.
 *  @param attempt 1-based. */
export function isToBeRepeated(
  error: unknown,
  request: Pick<WriteRequest, 'ifMatch'>,
  attempt: number,
): boolean {
  if (!(error instanceof DirectoryError) || error.isPartial) return false
  return onceMore.includes(error.failure) ? attempt === 1 : isConflict(error, request, attempt)
}

/** Whether a creation that failed is to be decided anew, because somebody whom it was to name was renamed since he was looked up,
 *  or is gone, which the next look tells.
 *  @param attempt 1-based. */
export function isNamingAnew(error: unknown, attempt: number): boolean {
  const isLost = error instanceof DirectoryError && error.failure === 'noSuchReference'
  return isLost && isConflict(error, {}, attempt)
}

/** Whether a write of a user failed, and left nothing behind, for a password that is refused or not there. */
export function isPasswordMissed(error: unknown): boolean {
  return error instanceof DirectoryError && error.failure === 'passwordRefused' && !error.isPartial
}
