import { rdnOf } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { equals } from '../directory/filter.ts'
import { idOf } from '../mapping/identity.ts'
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
  write: ReferencedWrite,
  value: string,
  names: MemberNames = dnNames,
): Promise<Standing> {
  return names.type === undefined
    ? await standingAt(reader, write, value)
    : await standingBy(reader, write, value, { ...names, type: names.type })
}

/** Whether anybody at all has a name, a DN unless it is said otherwise. */
export async function isSomebodys(
  reader: EntryReader,
  { users: { entries } }: Mappings,
  value: string,
  names: MemberNames,
): Promise<boolean> {
  const nothing = { entries, plan: { operations: [], read: [] } }
  return (await standingOf(reader, nothing, value, names)) !== undefined
}

async function standingAt(
  reader: EntryReader,
  { entries, entry }: ReferencedWrite,
  dn: string,
): Promise<Standing> {
  const { idAttribute } = entries.identity
  const found = await seenAt(reader, dn, idAttribute)
  if (found === undefined) return undefined
  const [id] = found.bytes(idAttribute)
  const isItself = id !== undefined && entry?.bytes(idAttribute)[0]?.equals(id)
  return isItself === true ? 'itself' : 'other'
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
  { entries, entry }: ReferencedWrite,
  value: string,
  { type, key, ofUser }: MemberNames & { readonly type: { readonly name: string } },
): Promise<Standing> {
  const { identity } = entries
  const own = entry && idOf(identity, entry)
  const attributes = [identity.idAttribute, type.name]
  const found = await reader.all(entries, equals(type.name, value), attributes)
  const named = found.filter((each) => ofUser(each).some((other) => key(other) === key(value)))
  if (named.length === 0) return undefined
  return named.some((each) => idOf(identity, each) === own) ? 'itself' : 'other'
}
