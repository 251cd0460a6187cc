import type { Capabilities } from '../directory/directory.ts'
import { sharedExtensions } from './extension-schema.ts'
import { GroupMapping } from './group-mapping.ts'
import { identityFor } from './identity.ts'
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
  const identity = identityFor(kind)
  if (identity === undefined) {
    const reason = `a directory of the kind "${kind}" is not served`
    throw new MappingError([{ path: 'directory.kind', reason }])
  }
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
