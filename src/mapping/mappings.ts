import type { DirectorySchema } from '../directory/directory-schema.ts'
import type { Capabilities, DirectoryKind } from '../directory/directory.ts'
import { sharedExtensions } from './extension-schema.ts'
import { GroupMapping } from './group-mapping.ts'
import { type Identity, identityFor } from './identity.ts'
import { checkMembers } from './member-check.ts'
import { memberNames } from './member-names.ts'
import { MappingError } from './mapping-error.ts'
import type { GroupSettings, UserSettings } from './settings.ts'
import { UserMapping } from './user-mapping.ts'

/** The mappings of both resource types, made for the directory that is connected. */
export interface Mappings {
  readonly users: UserMapping
  readonly groups: GroupMapping
}

/** The mappings of the settings on a directory with these capabilities.
 *  @throws {MappingError} with every reason why they cannot work there. */
export function compileMappings(
  settings: { readonly users: UserSettings; readonly groups: GroupSettings },
  { kind, schema, hasPasswordModify }: Pick<Capabilities, 'kind' | 'schema' | 'hasPasswordModify'>,
): Mappings {
  const identity = knownIdentity(kind, schema)
  const directory = { identity, schema, hasPasswordModify }
  const names = memberNames(settings.groups.members, schema)
  const users = new UserMapping(settings.users, directory, names)
  const groups = new GroupMapping(settings.groups, directory, names)
  const shared = sharedExtensions(settings.users.extensions, settings.groups.extensions)
  const members = checkMembers({ users, groups })
  const problems = [...users.problems, ...groups.problems, ...members, ...shared]
  if (problems.length > 0) throw new MappingError(problems)
  return { users, groups }
}

/** How entries are known there. Without that nothing else is worth a word.
 *  @throws {MappingError} when the directory does not tell its kind, or is of another one than the settings say. */
function knownIdentity(kind: DirectoryKind, schema: DirectorySchema): Identity {
  const identity = identityFor(kind)
  if (identity === undefined) throw wrongKind(untold)
  const { idAttribute, versionAttribute, isVersionKept } = identity
  const needed = [idAttribute, ...(isVersionKept ? [versionAttribute] : [])]
  const missing = needed.find((name) => schema.attributeType(name) === undefined)
  if (missing === undefined) return identity
  throw wrongKind(
    `is "${kind}", but the directory's schema has no attribute ${missing}, which every directory of that kind has; set it to what the directory is, or leave it out where the rootDSE tells it`,
  )
}

const untold =
  'is needed, for the rootDSE does not tell what the directory is; set it to openldap, activeDirectory or 389ds'

function wrongKind(reason: string): MappingError {
  return new MappingError([{ path: 'directory.kind', reason }])
}
