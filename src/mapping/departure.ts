import type { AttributeType } from '../directory/directory-schema.ts'
import { formatRdn, type Rdn } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import {
  dnAfter,
  type Modification,
  type ModifyDnOperation,
  type ModifyOperation,
  type Plan,
} from '../directory/operation.ts'
import { guardFor } from './assertion.ts'
import { cut } from './derivation.ts'
import type { EntryMapping } from './entry-mapping.ts'
import { entryOperations } from './entry-operations.ts'
import { type Identity, idOf } from './identity.ts'
import { modificationsFor } from './modification-plan.ts'
import { classesAllow, isNamed } from './object-classes.ts'
import { rdnValueOf } from './rdn-value.ts'
import { renameSteps } from './rename.ts'
import type { UserSettings } from './settings.ts'
import type { Status } from './status.ts'

/** What a departure is planned with. */
export interface DepartureSource {
  readonly settings: UserSettings
  readonly entries: EntryMapping
  readonly status: Status | undefined
}

/** How an entry departs. */
export interface DepartureOptions {
  /** What the server is asked to check of the entry beside its id. */
  readonly version: string | undefined
  /** Where it is moved to somebody has its name, so that it gets one that nobody has. */
  readonly isNameTaken: boolean
}

/** The operations that take a user away, as the settings say; none when he is disabled already. */
export function departure(
  { settings, entries, status }: DepartureSource,
  entry: Entry,
  { version, isNameTaken }: DepartureOptions,
): Plan {
  const { identity } = entries
  const { onDelete, deletedBase } = settings
  if (onDelete === 'delete') {
    const guard = guardFor(identity, entry, 'delete', version)
    return { operations: [{ kind: 'delete', dn: entry.dn, ...guard }], read: [] }
  }
  const disabling = status?.modifications(entry, false, false) ?? []
  const isMove = onDelete === 'move' && deletedBase !== undefined
  const left = isMove ? givenUpTypes(settings, entries) : []
  const modifications = [...disabling, ...left.flatMap((type) => givingUp(entries, entry, type))]
  const { operations } = entryOperations(entries, entry, { modifies: [modifications] }, version)
  if (isMove) {
    const isFirst = operations.length === 0
    const rdn = departedRdn(entry, identity, { left, isNameTaken })
    const { move, behind } = moved(entry, rdn, deletedBase, identity)
    operations.push(
      { ...move, ...guardFor(identity, entry, 'modifyDn', isFirst ? version : undefined) },
      ...behind.map((each) => ({ ...each, ...guardFor(identity, entry, 'modify') })),
    )
  }
  return { operations, read: [] }
}

/** What an attribute that must have a value holds once its own is given up, of the id of the entry: as much as a logon name
 *  of Active Directory has room for, and of nothing but letters and digits. MS-SAMR §3.1.1.6 */
export function standIn(id: string): string {
  return id.replace(/[^A-Za-z0-9]/gu, '').slice(0, mostInLogonName)
}

const mostInLogonName = 20

/** The attributes that are given up, each once. */
export function givenUpTypes(
  { givesUp }: Pick<UserSettings, 'givesUp'>,
  { directorySchema }: Pick<EntryMapping, 'directorySchema'>,
): AttributeType[] {
  const types = givesUp.flatMap((name) => directorySchema.attributeType(name) ?? [])
  return [...new Map(types.map((type) => [type.oid, type])).values()]
}

/** The value that names the entry goes with the move alone. */
function givingUp(
  { directorySchema, identity }: EntryMapping,
  entry: Entry,
  type: AttributeType,
): Modification[] {
  const current = entry.bytes(type.name)
  if (current.length === 0) return []
  const named = rdnValueOf(type, entry)
  const isDemanded = classesAllow(directorySchema, entry.texts('objectClass'), type) === 'must'
  const staying = isDemanded ? [standIn(idOf(identity, entry))] : []
  return modificationsFor({ type, current, wanted: named === undefined ? staying : [named] })
}

/** A move with what follows it. Active Directory takes none that leaves the old name, and a name that stays is not deleted. */
function moved(
  entry: Entry,
  rdn: Rdn,
  newSuperior: string,
  identity: Identity,
): { readonly move: ModifyDnOperation; readonly behind: readonly ModifyOperation[] } {
  const { rename, behind } = renameSteps(identity, entry.dn, formatRdn(rdn))
  const move = { ...rename, newSuperior }
  const dn = dnAfter(move) ?? entry.dn
  return {
    move,
    behind: behind.length === 0 ? [] : [{ kind: 'modify', dn, modifications: behind }],
  }
}

/** The RDN of an entry with its id behind what is given up of it, or else behind the first of its parts where all of it is
 *  taken. */
function departedRdn(
  entry: Entry,
  identity: Identity,
  { left, isNameTaken }: { readonly left: readonly AttributeType[]; readonly isNameTaken: boolean },
): Rdn {
  const { rdn } = entry
  const isLeft = rdn.map(({ type }) => left.some((each) => isNamed(each, type)))
  const isChanged = isLeft.includes(true) || !isNameTaken ? isLeft : [true]
  const id = idOf(identity, entry)
  return rdn.map((pair, index) =>
    isChanged[index] === true ? { ...pair, value: withId(pair.value, id) } : pair,
  )
}

/** A name with an id behind it, within what a name may be long. X.520 ub-common-name */
function withId(name: string, id: string): string {
  const end = `-${id}`
  if (name.endsWith(end)) return name
  return `${cut(name, mostUnits - end.length)}${end}`
}

const mostUnits = 64
