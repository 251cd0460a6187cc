import type { Directory } from '../directory/directory.ts'
import { rdnOf } from '../directory/dn.ts'
import { DirectoryError } from '../directory/error.ts'
import { equals, present } from '../directory/filter.ts'
import { idOf } from '../mapping/identity.ts'
import { dnNames, type MemberNames } from '../mapping/member-names.ts'
import type { EntryReader } from './entry-reader.ts'
import type { ReferencedWrite } from './reference-course.ts'

/** How a name is taken: by the entry that is written, under another spelling, or by another one. */
export type Standing = 'itself' | 'other' | undefined

/** Who has a name, a DN unless it is said otherwise: anybody at all who has that DN, or one of the users that are served.
 *  @param write of the entry that may be it. */
export async function standingOf(
  { directory, reader }: { readonly directory: Directory; readonly reader: EntryReader },
  write: ReferencedWrite,
  value: string,
  names: MemberNames = dnNames,
): Promise<Standing> {
  return names.type === undefined
    ? await standingAt(directory, write, value)
    : await standingBy(reader, write, value, { ...names, type: names.type })
}

async function standingAt(
  directory: Directory,
  { entries, entry }: ReferencedWrite,
  dn: string,
): Promise<Standing> {
  const { identity } = entries
  const filter = present('objectClass')
  const attributes = [identity.idAttribute]
  try {
    const search = { base: dn, scope: 'base', filter, attributes, limit: 1 } as const
    for await (const found of directory.search(search)) {
      const [id] = found.bytes(identity.idAttribute)
      const isItself = id !== undefined && entry?.bytes(identity.idAttribute)[0]?.equals(id)
      return isItself === true ? 'itself' : 'other'
    }
    return undefined
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error
    if (error.failure === 'noSuchEntry') return undefined
    throw error.failure === 'invalidValue' ? ofItsName(dn, error) : error
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
