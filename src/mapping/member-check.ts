import type { Problem } from '../codec/decode.ts'
import type { Mappings } from './mappings.ts'
import { dnValue } from './member-names.ts'

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
    ...(users.settings.memberOf === undefined
      ? []
      : [{ path: 'users.memberOf', reason: 'is kept by the server for DNs alone; leave it out' }]),
  ]
}
