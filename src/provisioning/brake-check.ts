import type { Problem } from '../codec/decode.ts'
import type { Directory } from '../directory/directory.ts'
import { DirectoryError } from '../directory/error.ts'
import { present } from '../directory/filter.ts'
import { classesAllow } from '../mapping/object-classes.ts'
import { isBrakeOn } from './brake.ts'
import type { BrakeSettings } from './settings.ts'

/** What keeps the brake from counting in its entry: one that is not there, or whose attribute can have no list of values. Whether
 *  the account of the bridge may write it is found out by the first deletion.
 *  @throws {DirectoryError} when the directory cannot be asked. */
export async function checkBrake(
  directory: Directory,
  settings: BrakeSettings,
): Promise<readonly Problem[]> {
  if (!isBrakeOn(settings)) return []
  const { entry, attribute } = settings
  const { kind, schema } = await directory.capabilities()
  const classes = await classesOf(directory, entry)
  if (classes === undefined) {
    const reason =
      'does not exist in the directory, or the account of the bridge may not read it; without the brake, set brake.enabled to false'
    return [{ path: 'brake.entry', reason }]
  }
  const path = 'brake.attribute'
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
    : [{ path, reason: `no object class of brake.entry allows ${attribute}` }]
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
