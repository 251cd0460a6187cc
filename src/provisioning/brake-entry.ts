import type { Directory, WriteReason } from '../directory/directory.ts'
import type { AttributeValue, Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { present } from '../directory/filter.ts'
import type { Modification } from '../directory/operation.ts'
import { BrakeRecord } from '../mapping/brake-record.ts'
import { identityFor } from '../mapping/identity.ts'
import { scimErrors } from '../scim/error.ts'

/** Where the record of the brake is. */
export interface BrakePlace {
  readonly entry: string
  readonly attribute: string
}

/** Values that come and go in one modify. */
export interface BrakeChange {
  readonly removed?: readonly string[]
  readonly added?: readonly string[]
}

const retryAfterSeconds = 60

/** The entry in which the brake counts. Changes of one entry take effect one after the other, whoever asks for them: the record
 *  behind a change has everything that was counted before it. */
export class BrakeEntry {
  readonly #directory: Directory
  readonly #place: BrakePlace

  /** @param directory the port that writes are sent to, journal included. */
  constructor(directory: Directory, place: BrakePlace) {
    this.#directory = directory
    this.#place = place
  }

  /** @throws {ScimError} 503 when it cannot be read.
   *  @throws {DirectoryError} when the directory cannot be reached. */
  async read(): Promise<BrakeRecord> {
    return await usable(async () => {
      const { entry: base } = this.#place
      const filter = present('objectClass')
      const changed = await this.#changedAttribute()
      const attributes = this.#attributes(changed)
      const request = { base, scope: 'base', filter, attributes, limit: 1 } as const
      for await (const entry of this.#directory.search(request)) {
        return this.#recordOf(entry, changed)
      }
      throw new DirectoryError('noSuchEntry', 'the entry of the brake cannot be read')
    })
  }

  /** @returns the record behind the change.
   *  @throws {ScimError} 503 when it cannot be written, or what is written cannot be read.
   *  @throws {DirectoryError} `valueAbsent` when others have removed one of the values; or when the directory cannot be reached, or
   *    does not answer. */
  async change(
    { removed = [], added = [] }: BrakeChange,
    reason: WriteReason,
  ): Promise<BrakeRecord> {
    return await usable(async () => {
      const { entry: dn, attribute } = this.#place
      const modification = (
        operation: Modification['operation'],
        values: readonly AttributeValue[],
      ): Modification[] => (values.length === 0 ? [] : [{ operation, attribute, values }])
      const modifications = [...modification('delete', removed), ...modification('add', added)]
      const changed = await this.#changedAttribute()
      const plan = {
        operations: [{ kind: 'modify', dn, modifications }],
        read: this.#attributes(changed),
      } as const
      const record = this.#recordOf(await this.#directory.execute(plan, reason), changed)
      if (added.every((value) => record.values.includes(value))) return record
      // Without the right to read, everybody would find a record of nothing, and nothing would ever be stopped.
      throw new DirectoryError('refused', 'the record of the brake does not show what was written')
    })
  }

  /** Where this kind of directory keeps when an entry was changed. */
  async #changedAttribute(): Promise<string | undefined> {
    return identityFor((await this.#directory.capabilities()).kind)?.modifiedAttribute
  }

  #attributes(changed: string | undefined): readonly string[] {
    return [this.#place.attribute, ...(changed === undefined ? [] : [changed])]
  }

  #recordOf(entry: Entry | undefined, changed: string | undefined): BrakeRecord {
    const time = changed === undefined ? undefined : entry?.text(changed)
    return new BrakeRecord(entry?.texts(this.#place.attribute) ?? [], time)
  }
}

/** A brake that cannot count lets nothing through. */
async function usable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause
    switch (cause.failure) {
      case 'unavailable':
      case 'outcomeUnknown':
      case 'notRecorded':
      case 'valueAbsent':
        throw cause
      default:
        throw scimErrors.unavailable(
          'The bridge cannot count deletions and deactivations at the moment, and so makes none. Its administrator finds the reason in its log; brake.entry must be an entry that the bridge may read and write.',
          { cause, retryAfterSeconds },
        )
    }
  }
}
