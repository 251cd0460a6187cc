import { isSameDn, rdnOf } from '../directory/dn.ts'
import { type Entry, toBytes } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import {
  dnAfter,
  isPasswordAttribute,
  type LdapOperation,
  type Modification,
  modificationsIn,
  type ModifyOperation,
} from '../directory/operation.ts'
import { guardFor } from '../mapping/assertion.ts'
import { idOf } from '../mapping/identity.ts'
import { memberChangeLeft, type MemberQuestions } from './member-change-left.ts'
import type { ReferencedWrite } from './reference-course.ts'
import { misses } from './referrers.ts'

/** The attributes that name others, of which something else is known than what is read of the entry. */
export interface NamingAttributes {
  /** Members: never read; their values are added and deleted one by one, which fails when that was done. */
  readonly members: string
  /** What stands in for members where a group must have one. */
  readonly placeholder: string | undefined
  /** The manager: one value, which may have followed somebody who was renamed meanwhile. */
  readonly manager: string | undefined
  /** What members with these ids are called now; who is gone is left out. */
  readonly valuesOf: MemberQuestions['valuesOf']
  /** Whether a value of members names somebody other than the one with an id. */
  readonly isTaken: MemberQuestions['isTaken']
}

/** What a write is finished with. */
export interface Finisher {
  readonly send: (operation: LdapOperation) => Promise<unknown>
  /** Whether the entry has a value of an attribute. */
  readonly has: (attribute: string, value: string) => Promise<boolean>
}

/** What of an unfinished plan nobody knows whether it was made: its first operation, or the first of what is left behind others. */
type OpenPart = 'begun' | 'next' | undefined

/** A plan of several operations of which the first may have been made and the others were not, as far as anybody knows. */
export class UnfinishedWrite {
  /** Where the entry stands if it was begun. */
  readonly dn: string
  /** The last operation that was made, or may have been. */
  #begun: LdapOperation
  readonly #write: ReferencedWrite
  readonly #naming: NamingAttributes
  #rest: readonly LdapOperation[]
  #open: OpenPart

  private constructor(
    write: ReferencedWrite,
    parts: {
      readonly begun: LdapOperation
      readonly rest: readonly LdapOperation[]
      readonly open: OpenPart
    },
    naming: NamingAttributes,
  ) {
    this.#write = write
    this.#open = parts.open
    this.#begun = parts.begun
    this.#rest = parts.rest
    this.#naming = naming
    this.dn = dnAfter(parts.begun) ?? parts.begun.dn
  }

  /** What a failure has left of a plan; nothing where it left nothing. */
  static of(
    write: ReferencedWrite,
    error: unknown,
    naming: NamingAttributes,
  ): UnfinishedWrite | undefined {
    if (!(error instanceof DirectoryError)) return undefined
    if (!error.isPartial && error.failure !== 'outcomeUnknown') return undefined
    const { operations } = write.plan
    const madeCount = madeBefore(error)
    const next = Math.max(1, madeCount)
    const [begun, rest] = [operations[next - 1], operations.slice(next)]
    if (begun === undefined || rest.length === 0) return undefined
    const open = madeCount === 0 ? 'begun' : openBehind(error, madeCount)
    return new UnfinishedWrite(write, { begun, rest, open }, naming)
  }

  /** Whether it changes members, and nothing else: one such change is as good behind another as before it. */
  get isOfMembersAlone(): boolean {
    const operations = [this.#begun, ...this.#rest]
    return operations.every(
      (each) =>
        each.kind === 'modify' &&
        each.modifications.every(({ attribute }) => this.#isMembers(attribute)),
    )
  }

  /** What has to be read of the entry. */
  get attributes(): readonly string[] {
    const { idAttribute, versionAttribute } = this.#write.entries.identity
    const named = [this.#begun, ...this.#rest].flatMap(namesIn)
    return [idAttribute, versionAttribute, ...named.filter((name) => this.#isReadable(name))]
  }

  /** Takes notice of how the entry is: where it shows all that an operation of unknown outcome was to change, that one was made.
   *  @returns whether anything is left at all. */
  advance(now: Entry): boolean {
    const [next, ...others] = this.#rest
    if (next === undefined || this.#open !== 'next') return next !== undefined
    const coming = new Set(others.flatMap(namesIn))
    const changes = modificationsIn(next).filter(({ attribute }) => !coming.has(attribute))
    const { entry } = this.#write
    const isChanged = changes.some(
      ({ attribute }) => this.#isTelling(attribute) && !isSame(entry, now, attribute),
    )
    if (!isChanged || !this.#areShown(changes, now)) return true
    this.#begun = next
    this.#rest = others
    this.#open = undefined
    return others.length > 0
  }

  /** Whether the entry at the DN is the one that was written, with what was begun and nothing of what is left: nobody has
   *  changed the same since.
   *  @throws {DirectoryError} */
  async isLeft(now: Entry, { has }: Pick<Finisher, 'has'>): Promise<boolean> {
    if (!this.#isItself(now) || !this.#isBegun(now)) return false
    return this.#open !== 'begun' || (await this.#hasBegunMembers(has))
  }

  #isItself(now: Entry): boolean {
    const { entry, entries } = this.#write
    if (!isSameDn(now.dn, this.dn)) return false
    return entry === undefined || idOf(entries.identity, entry) === idOf(entries.identity, now)
  }

  #isBegun(now: Entry): boolean {
    const { entry, entries } = this.#write
    const { versionAttribute } = entries.identity
    const version = entry?.text(versionAttribute)
    const isUntouched = version !== undefined && version === now.text(versionAttribute)
    if (this.#open === 'begun' && isUntouched) return false
    const [next] = this.#rest
    // A password takes away the lock, which the rest brings back.
    const coming = this.#rest.flatMap(namesIn)
    const isBegun = this.#areShown(
      modificationsIn(this.#begun).filter(({ attribute }) => !coming.includes(attribute)),
      now,
    )
    if (!isBegun || next?.kind !== 'modify' || this.#begun.kind !== 'modifyDn') return isBegun
    return namesIn(next).every((name) => !this.#isTelling(name) || isSame(entry, now, name))
  }

  /** Whether the members are as the operation that may have been made leaves them: nothing else may tell. */
  async #hasBegunMembers(has: Finisher['has']): Promise<boolean> {
    const begun = this.#begun
    if (begun.kind !== 'modify') return true
    const modifications = begun.modifications.filter(({ attribute }) => this.#isMembers(attribute))
    try {
      return (await this.#membersLeft({ ...begun, modifications }, has)) === undefined
    } catch (error) {
      if (isGone(error)) return false
      throw error
    }
  }

  /** Does what is left. May be called again when it fails.
   *  @param now the entry as `isLeft` has seen it.
   *  @returns whether it was done; not where the entry has changed since then, if only because somebody whom it names got
   *  another name: what is left of it has to be judged anew.
   *  @throws {DirectoryError} */
  async finish(now: Entry, finisher: Finisher): Promise<boolean> {
    const { identity } = this.#write.entries
    let version = now.text(identity.versionAttribute)
    for (const operation of this.#rest) {
      const guarded =
        operation.kind === 'modify'
          ? { ...this.#fitting(operation, now), ...guardFor(identity, now, 'modify', version) }
          : operation
      if (!(await this.#finishOne(guarded, this.#standingIn(finisher)))) return false
      this.#rest = this.#rest.slice(1)
      version = undefined
    }
    return true
  }

  /** The same with the placeholder for the last member, who leaves: only the directory knows that he was the last. */
  #standingIn({ send, has }: Finisher): Finisher {
    const { members: attribute, placeholder } = this.#naming
    const sendFilled = async (operation: LdapOperation): Promise<void> => {
      try {
        await send(operation)
      } catch (error) {
        const isLast = error instanceof DirectoryError && misses(error, attribute)
        const isOfMembers = operation.kind === 'modify' && this.#isOfMembers(operation)
        if (!isLast || !isOfMembers || placeholder === undefined) throw error
        const filler: Modification = { operation: 'add', attribute, values: [placeholder] }
        await send({ ...operation, modifications: [...operation.modifications, filler] })
      }
    }
    return { send: sendFilled, has }
  }

  /** @returns whether it was done, by whomever. */
  async #finishOne(operation: LdapOperation, finisher: Finisher): Promise<boolean> {
    if (operation.kind === 'modify' && this.#isOfMembers(operation)) {
      return await this.#finishMembers(operation, finisher)
    }
    try {
      await finisher.send(operation)
      return true
    } catch (error) {
      if (isChangedSince(error)) return false
      if (isOvertaken(error)) return true
      throw error
    }
  }

  #isOfMembers(operation: ModifyOperation): boolean {
    return namesIn(operation).some((name) => this.#isMembers(name))
  }

  #isMembers(name: string): boolean {
    return isSameName(name, this.#naming.members)
  }

  /** Those whom it means may be called something else by now, and others may have got their names. */
  async #finishMembers(operation: ModifyOperation, { send, has }: Finisher): Promise<boolean> {
    try {
      const left = await this.#membersLeft(operation, has)
      if (left !== undefined) await send(left)
      return true
    } catch (error) {
      if (isGone(error)) return true
      // Somebody else was faster once more.
      if (isChangedSince(error) || isOvertaken(error) || isNamingNobody(error)) return false
      throw error
    }
  }

  async #membersLeft(
    operation: ModifyOperation,
    has: Finisher['has'],
  ): Promise<ModifyOperation | undefined> {
    const { members: attribute, valuesOf, isTaken } = this.#naming
    return await memberChangeLeft(operation, {
      attribute,
      named: this.#write.named ?? [],
      valuesOf,
      isTaken,
      isPresent: async (value) => await has(attribute, value),
    })
  }

  /** The manager who goes is called as he is now. */
  #fitting(operation: ModifyOperation, now: Entry): ModifyOperation {
    const modifications = operation.modifications.flatMap((each) => {
      const isFollowing = each.operation === 'delete' && this.#isManager(each.attribute)
      if (!isFollowing) return [each]
      const values = now.texts(each.attribute)
      return values.length === 0 ? [] : [{ ...each, values }]
    })
    return { ...operation, modifications }
  }

  #isManager(name: string): boolean {
    const { manager } = this.#naming
    return manager !== undefined && isSameName(name, manager)
  }

  /** Whether the values of an attribute tell what was done to it. */
  #isTelling(name: string): boolean {
    return this.#isReadable(name) && !this.#isManager(name)
  }

  /** @param behind what is done behind it in the same operation. */
  #isShown(
    { operation, attribute, values }: Modification,
    now: Entry,
    behind: readonly Modification[],
  ): boolean {
    if (!this.#isTelling(attribute)) return true
    const shown = textsOf(now.bytes(attribute))
    const named = textsOf(values.map(toBytes))
    if (operation !== 'delete') return named.every((value) => shown.includes(value))
    const again = behind.filter((each) => isSameName(each.attribute, attribute))
    const back = textsOf(again.flatMap((each) => each.values.map(toBytes)))
    const gone = values.length > 0 ? named : shown
    return gone.every((value) => back.includes(value) || !shown.includes(value))
  }

  #areShown(modifications: readonly Modification[], now: Entry): boolean {
    return modifications.every((each, index) =>
      this.#isShown(each, now, modifications.slice(index + 1)),
    )
  }

  #isReadable(name: string): boolean {
    const inName = rdnOf(this.dn).map(({ type }) => type)
    const passedOver = [...inName, this.#naming.members, 'objectClass'].map((each) =>
      each.toLowerCase(),
    )
    return !isPasswordAttribute(name) && !passedOver.includes(name.toLowerCase())
  }
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function namesIn(operation: LdapOperation): readonly string[] {
  return [...new Set(modificationsIn(operation).map(({ attribute }) => attribute))]
}

/** Whether somebody else has done, or changed, what was to be done; a password that was set already may be refused because it was
 *  used before. */
function isOvertaken(error: unknown): boolean {
  const failures = ['noSuchEntry', 'valueAbsent', 'valueExists', 'passwordRefused']
  return error instanceof DirectoryError && failures.includes(error.failure)
}

function isGone(error: unknown): boolean {
  return error instanceof DirectoryError && error.failure === 'noSuchEntry'
}

/** How many operations are known to be made; some that were made before the failure may have been taken back. */
function madeBefore({ parts, operationIndex = 0 }: DirectoryError): number {
  return parts?.made.length ?? operationIndex
}

function openBehind({ failure, operationIndex }: DirectoryError, madeCount: number): OpenPart {
  return failure === 'outcomeUnknown' && operationIndex === madeCount ? 'next' : undefined
}

function isNamingNobody(error: unknown): boolean {
  return error instanceof DirectoryError && error.failure === 'noSuchReference'
}

function isChangedSince(error: unknown): boolean {
  return error instanceof DirectoryError && error.failure === 'assertionFailed'
}

function isSame(one: Entry | undefined, other: Entry, name: string): boolean {
  const [values, others] = [textsOf(one?.bytes(name) ?? []), textsOf(other.bytes(name))]
  return values.length === others.length && values.every((value) => others.includes(value))
}

function textsOf(values: readonly Buffer[]): readonly string[] {
  return values.map((value) => value.toString('base64'))
}
