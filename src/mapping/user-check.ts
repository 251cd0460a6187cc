import type { Problem } from '../codec/decode.ts'
import type { AttributeType } from '../directory/directory-schema.ts'
import { isPasswordAttribute } from '../directory/operation.ts'
import { attribute } from '../scim/schema/definition.ts'
import type { ResourceSchema } from '../scim/schema/resource-schema.ts'
import { givenUpTypes, standIn } from './departure.ts'
import type { EntryMapping } from './entry-mapping.ts'
import { parseMapPath } from './map-path.ts'
import type { MappedDirectory } from './mapped-directory.ts'
import { checkEntries, checkLdapAttribute, isServed } from './mapping-check.ts'
import { classesAllow, isNamed } from './object-classes.ts'
import type { UserSettings } from './settings.ts'
import { unmetSyntax } from './unmet-syntax.ts'

/** Everything that keeps users from working as they are configured. */
export function checkUsers(
  settings: UserSettings,
  entries: EntryMapping,
  schema: ResourceSchema,
  directory: MappedDirectory,
): Problem[] {
  const { active, memberOf } = settings
  const hasValue = active?.active !== undefined || active?.bit !== undefined
  const filled = active !== undefined && hasValue ? [active.attribute] : []
  const check = (path: string, name: string | undefined, isWritten: boolean): Problem[] =>
    name === undefined ? [] : checkLdapAttribute(entries, path, name, isWritten)
  return [
    ...checkEntries(entries, schema, filled),
    ...check('active.attribute', active?.attribute, true),
    ...check('manager.attribute', settings.manager?.attribute, true),
    ...check('manager.pendingAttribute', settings.manager?.pendingAttribute, true),
    ...checkLookup(settings, entries, schema),
    ...check('memberOf', memberOf, false),
    ...checkPassword(settings, entries, directory),
    ...checkDeletedBase(settings),
    ...checkGivesUp(settings, entries),
  ].map((problem) => ({ ...problem, path: `users.${problem.path}` }))
}

/** What is looked up by default need not all be mapped. */
function checkLookup(
  { manager }: UserSettings,
  entries: EntryMapping,
  schema: ResourceSchema,
): Problem[] {
  if (manager === undefined) return []
  const path = 'manager.lookup'
  const unknown = manager.lookup.filter((key) => parseMapPath(schema, key) === undefined)
  const isOfUse = manager.lookup.some((key) => key === 'id' || entries.slot(key) !== undefined)
  return [
    ...unknown.map((key) => ({ path, reason: `${key} is not an attribute of User` })),
    ...(isOfUse ? [] : [{ path, reason: 'names nothing that is mapped' }]),
  ]
}

function checkPassword(
  { password }: UserSettings,
  entries: EntryMapping,
  { hasPasswordModify }: MappedDirectory,
): Problem[] {
  const path = 'password.method'
  const mustChange = password?.mustChange === true
  switch (password?.method) {
    case 'userPassword':
      return checkUserPassword(entries, path)
    case 'passwordModify':
      return hasPasswordModify
        ? []
        : [{ path, reason: 'the directory has no Password Modify operation (RFC 3062)' }]
    case 'unicodePwd':
      return [
        ...checkLdapAttribute(entries, path, 'unicodePwd', true),
        ...(mustChange
          ? checkLdapAttribute(entries, 'password.mustChange', 'pwdLastSet', true)
          : []),
      ]
    case 'ignore':
    case undefined:
      return []
  }
}

function checkUserPassword(entries: EntryMapping, path: string): Problem[] {
  const isActiveDirectory = entries.directorySchema.attributeType('unicodePwd') !== undefined
  const reason = 'would be kept in clear text as userPassword in Active Directory; use unicodePwd'
  return isActiveDirectory
    ? [{ path, reason }]
    : checkLdapAttribute(entries, path, 'userPassword', true)
}

function checkDeletedBase(settings: UserSettings): Problem[] {
  const { onDelete, deletedBase } = settings
  if (onDelete !== 'move' || deletedBase === undefined) return []
  const reason = 'lies within what is served, so that a user who was moved there would not be gone'
  return isServed(settings, deletedBase) ? [{ path: 'deletedBase', reason }] : []
}

function checkGivesUp(settings: UserSettings, entries: EntryMapping): Problem[] {
  const { onDelete, givesUp } = settings
  if (onDelete !== 'move') return []
  const path = 'givesUp'
  const known = givenUpTypes(settings, entries).flatMap((type) => {
    const reason = whyKept(settings, entries, type)
    return reason === undefined ? [] : [{ path, reason: `${type.name} ${reason}` }]
  })
  return [...givesUp.flatMap((name) => checkLdapAttribute(entries, path, name, false)), ...known]
}

/** Why an attribute cannot be given up. */
function whyKept(
  { active, objectClass, createClasses }: UserSettings,
  { directorySchema, identity }: EntryMapping,
  type: AttributeType,
): string | undefined {
  if (type.isReadOnly) return 'cannot be written'
  if (isNamed(type, 'objectClass')) return 'says what the entry is, and cannot go'
  if (type.names.some(isPasswordAttribute)) return 'could not be put back if the move failed'
  if (active !== undefined && isNamed(type, active.attribute)) {
    return 'says that the account is disabled'
  }
  if (identity.keptAttributes.some((each) => isNamed(type, each))) {
    return 'is kept by the directory, which lets nobody be without it'
  }
  if (classesAllow(directorySchema, [objectClass, ...createClasses], type) !== 'must')
    return undefined
  const example = standIn('0123456789-abcdefghij')
  const words = unmetSyntax(attribute('id', 'The id.'), type, example)
  return words === undefined
    ? undefined
    : `is demanded by the object class and must be ${words}, which no id is`
}
