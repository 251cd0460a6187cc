import { rdnOf } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { equals } from '../directory/filter.ts'
import { idOf } from '../mapping/identity.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { dnNames, type MemberNames } from '../mapping/member-names.ts'
import type { EntryReader } from './entry-reader.ts'
import type { ReferencedWrite } from './reference-course.ts'

/** How a name is taken: by the entry that is written, under another spelling, or by another one. */
export type Standing = 'itself' | 'other' | undefined

/** Who has a name, a DN unless it is said otherwise: anybody at all who has that DN, or one of the users that are served.
 *  @param write of the entry that may be it. */
export async function standingOf(
  reader: EntryReader,
  { entries, entry }: ReferencedWrite,
  value: string,
  names: MemberNames = dnNames,
): Promise<Standing> {
  const own = entry && idOf(entries.identity, entry)
  return await standingBeside(reader, { entries, own }, value, names)
}

/** Whether somebody other than the one with an id has a name. */
export async function isAnothers(
  reader: EntryReader,
  { users: { entries } }: Mappings,
  value: string,
  { names, id }: { readonly names: MemberNames; readonly id: string },
): Promise<boolean> {
  return (await standingBeside(reader, { entries, own: id }, value, names)) === 'other'
}

/** Whether anybody at all has a name, a DN unless it is said otherwise. */
export async function isSomebodys(
  reader: EntryReader,
  { users: { entries } }: Mappings,
  value: string,
  names: MemberNames,
): Promise<boolean> {
  return (await standingBeside(reader, { entries, own: undefined }, value, names)) !== undefined
}

/** The one who may have a name. */
interface Owner {
  readonly entries: EntryMapping
  /** His id; none when he is not there yet. */
  readonly own: string | undefined
}

async function standingBeside(
  reader: EntryReader,
  owner: Owner,
  value: string,
  names: MemberNames,
): Promise<Standing> {
  return names.type === undefined
    ? await standingAt(reader, owner, value)
    : await standingBy(reader, owner, value, { ...names, type: names.type })
}

async function standingAt(
  reader: EntryReader,
  { entries: { identity }, own }: Owner,
  dn: string,
): Promise<Standing> {
  const found = await seenAt(reader, dn, identity.idAttribute)
  if (found === undefined) return undefined
  const isItself = found.has(identity.idAttribute) && isSameId(idOf(identity, found), own)
  return isItself ? 'itself' : 'other'
}

/** A client may have spelled an id in its own way. */
function isSameId(id: string, own: string | undefined): boolean {
  return id.toLowerCase() === own?.toLowerCase()
}

async function seenAt(
  reader: EntryReader,
  dn: string,
  idAttribute: string,
): Promise<Entry | undefined> {
  try {
    return await reader.at(dn, [idAttribute])
  } catch (error) {
    const isOfDn = error instanceof DirectoryError && error.failure === 'invalidValue'
    throw isOfDn ? ofItsName(dn, error) : error
  }
}

/** A DN that is too long is refused as a whole; what the entry is called by makes it so. */
function ofItsName(dn: string, cause: DirectoryError): DirectoryError {
  const [named] = rdnOf(dn)
  const attribute = named === undefined ? {} : { attribute: named.type }
  return new DirectoryError(cause.failure, cause.message, { ...attribute, cause })
}

async function standingBy(
  reader: EntryReader,
  { entries, own }: Owner,
  value: string,
  { type, key, ofUser }: MemberNames & { readonly type: { readonly name: string } },
): Promise<Standing> {
  const { identity } = entries
  const attributes = [identity.idAttribute, type.name]
  const found = await reader.all(entries, equals(type.name, value), attributes)
  const named = found.filter((each) => ofUser(each).some((other) => key(other) === key(value)))
  if (named.length === 0) return undefined
  return named.some((each) => isSameId(idOf(identity, each), own)) ? 'itself' : 'other'
}
