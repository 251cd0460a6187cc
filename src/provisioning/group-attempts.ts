import { DirectoryError } from '../directory/error.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { type ScimError, scimErrors } from '../scim/error.ts'
import type { MemberLook } from './group-changes.ts'
import { isEmptying } from './membership.ts'
import type { WriteRequest } from './resource-service.ts'
import { isConflict } from './retry.ts'

/** How often the members are counted anew because a change would leave nobody. */
const mostCounts = 3

/** How often somebody is added who is taken for a member, because others may have added him meanwhile. */
const mostClashes = 5

/** The attempts at a change of a group that others get in the way of. They are given up after some in a row, none of which had
 *  fewer members to change than any before it: as long as others do a part of what is asked, the rest will be done. */
export class GroupAttempts {
  readonly #request: WriteRequest
  #isCounted: boolean
  #isDoubted = false
  #fewest = Infinity
  #failures = 0
  #clashes = 0

  constructor(request: WriteRequest) {
    this.#request = request
    this.#isCounted = request.isDryRun
  }

  /** How closely the members are to be looked at in this attempt. */
  get look(): MemberLook {
    return { isCounted: this.#isCounted, isDoubted: this.#isDoubted }
  }

  /** Notes how many members this attempt has to change. */
  note(count: number): void {
    if (count >= this.#fewest) return
    this.#fewest = count
    this.#failures = 0
    this.#clashes = 0
  }

  /** What a failure of this attempt comes to. */
  failureOf(error: unknown): unknown {
    this.#failures += 1
    if (!isMemberThere(error)) return error
    this.#clashes += 1
    this.#isDoubted = true
    return this.#clashes === mostClashes ? hiddenMember(error) : error
  }

  /** Whether there is to be another attempt after a failure. */
  isAgain(error: unknown, mappings: Mappings): boolean {
    // The last member cannot leave a groupOfNames without another in his place.
    const isLast = isEmptying(error, mappings) && this.#failures <= mostCounts
    this.#isCounted ||= isLast
    return isLast || isConflict(error, this.#request, this.#failures)
  }
}

/** Whether somebody was to be added whom the directory takes for a member. */
function isMemberThere(error: unknown): boolean {
  return error instanceof DirectoryError && error.failure === 'valueExists' && !error.isPartial
}

/** Who is no member whenever it is looked, and yet cannot become one, belongs to the group in another way. */
function hiddenMember(cause: unknown): ScimError {
  return scimErrors.invalidValue(
    'members names somebody who belongs to the group in another way, as to his primary group; leave him out.',
    { cause },
  )
}
