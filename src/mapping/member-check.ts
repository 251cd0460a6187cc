import type { Problem } from '../codec/decode.ts'
import { givenUpTypes } from './departure.ts'
import type { Mappings } from './mappings.ts'
import { dnValue } from './member-names.ts'
import { classesAllow, isNamed } from './object-classes.ts'
import type { UserMapping } from './user-mapping.ts'

/** Everything that keeps groups from naming users as it is configured, where they do not by their DNs. */
export function checkMembers({ users, groups }: Mappings): Problem[] {
  const { holds, placeholder, references } = groups.settings.members
  if (holds === dnValue) return []
  const { entries } = users
  const isMade = entries.derivationOf(holds) !== undefined
  const isKnown = entries.slotOfLdap(holds) !== undefined || isMade
  const path = 'groups.members.holds'
  return [
    ...(isKnown ? [] : [{ path, reason: `${holds} is not mapped or derived in users` }]),
    ...(placeholder === undefined
      ? []
      : [{ path: 'groups.members.placeholder', reason: `is a DN, and the members are not` }]),
    ...(references === 'server'
      ? [{ path: 'groups.members.references', reason: 'no server keeps anything but DNs right' }]
      : []),
    ...(isGivenUp(users, holds)
      ? [
          {
            path: 'users.givesUp',
            reason: `${holds} is what groups name users by, and who stays in them needs it; set leavesGroups: true`,
          },
        ]
      : []),
    ...(users.settings.memberOf === undefined
      ? []
      : [{ path: 'users.memberOf', reason: 'is kept by the server for DNs alone; leave it out' }]),
  ]
}

/** Whether users who are moved stay in their groups without that by which these name them. */
function isGivenUp({ settings, entries }: UserMapping, holds: string): boolean {
  const { onDelete, leavesGroups, rdn, objectClass, createClasses } = settings
  if (onDelete !== 'move' || leavesGroups) return false
  const type = givenUpTypes(settings, entries).find((each) => isNamed(each, holds))
  if (type === undefined || isNamed(type, rdn)) return false
  return classesAllow(entries.directorySchema, [objectClass, ...createClasses], type) !== 'must'
}
