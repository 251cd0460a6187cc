import type { Problem } from '../codec/decode.ts'
import type { Directory } from '../directory/directory.ts'
import { DirectoryError } from '../directory/error.ts'
import { present } from '../directory/filter.ts'
import { classesAllow } from '../mapping/object-classes.ts'
import { isBrakeOn } from './brake.ts'
import type { BrakeSettings, UpkeepSettings } from './settings.ts'

/** What keeps the bridge from counting and noting in the entries that are its own: one that is not there, or whose attribute can
 *  have no list of values. Whether the account of the bridge may write it is found out by the first deletion.
 *  @throws {DirectoryError} when the directory cannot be asked. */
export async function checkOwnEntries(
  directory: Directory,
  { brake, upkeep }: { readonly brake: BrakeSettings; readonly upkeep: UpkeepSettings },
): Promise<readonly Problem[]> {
  const places = [
    isBrakeOn(brake)
      ? [{ ...brake, section: 'brake', without: 'without the brake, set brake.enabled to false' }]
      : [],
    upkeep.entry === undefined
      ? []
      : [{ ...upkeep, entry: upkeep.entry, section: 'upkeep', without: 'or leave it out' }],
  ].flat()
  const found = await Promise.all(places.map((place) => problemsOf(directory, place)))
  return found.flat()
}

/** An entry that is the bridge's own, and what may be done without it. */
interface OwnEntry {
  readonly section: string
  readonly entry: string
  readonly attribute: string
  readonly without: string
}

async function problemsOf(
  directory: Directory,
  { section, entry, attribute, without }: OwnEntry,
): Promise<readonly Problem[]> {
  const { kind, schema } = await directory.capabilities()
  const classes = await classesOf(directory, entry)
  if (classes === undefined) {
    const reason = `does not exist in the directory, or the account of the bridge may not read it; ${without}`
    return [{ path: `${section}.entry`, reason }]
  }
  const path = `${section}.attribute`
  const type = schema.attributeType(attribute)
  if (type === undefined) {
    return [{ path, reason: `the directory's schema has no attribute ${attribute}` }]
  }
  // The schema of Active Directory tells no rules.
  const hasRule = type.equality !== undefined || kind === 'activeDirectory'
  if (type.isSingleValued || type.isReadOnly || !hasRule) {
    return [{ path, reason: `${attribute} cannot have values added and removed one by one` }]
  }
  return classes.length === 0 || classesAllow(schema, classes, type) !== undefined
    ? []
    : [{ path, reason: `no object class of ${section}.entry allows ${attribute}` }]
}

/** The object classes of an entry; nothing when it cannot be found. */
async function classesOf(
  directory: Directory,
  base: string,
): Promise<readonly string[] | undefined> {
  try {
    const filter = present('objectClass')
    const attributes = ['objectClass']
    const request = { base, scope: 'base', filter, attributes, limit: 1 } as const
    for await (const entry of directory.search(request)) return entry.texts('objectClass')
    return undefined
  } catch (error) {
    if (error instanceof DirectoryError && error.failure === 'noSuchEntry') return undefined
    throw error
  }
}
