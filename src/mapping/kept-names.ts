import type { Identity } from './identity.ts'
import type { UserSettings } from './settings.ts'

/** The LDAP attributes of names that the directory has once, and that users keep whom a DELETE moves, so that nobody can have
 *  them again. They can be meant to. */
export function keptNames(
  { onDelete, givesUp, attributes, derived }: UserSettings,
  { uniqueAttributes }: Pick<Identity, 'uniqueAttributes'>,
): readonly string[] {
  if (onDelete !== 'move') return []
  const mapped = Object.values(attributes).map((line) =>
    typeof line === 'string' ? line : line.attribute,
  )
  return uniqueAttributes
    .filter((name) => isIn([...mapped, ...Object.keys(derived)], name))
    .filter((name) => !isIn(givesUp, name))
}

function isIn(names: readonly string[], name: string): boolean {
  return names.some((each) => each.toLowerCase() === name.toLowerCase())
}
