import { normalizeDn, InvalidDnError } from '../directory/dn.ts'

/** A resource that another one points to, as both sides know it. */
export interface Reference {
  readonly type: 'User' | 'Group'
  readonly id: string
  readonly dn: string
  /** The values by which groups can name it as a member, the first is the one that is written. */
  readonly memberValues: readonly string[]
  readonly display: string | undefined
}

/** The references that were found for the DNs of an entry, by `dnKey`. */
export type References = ReadonlyMap<string, Reference>

/** What a group is shown with. */
export interface GroupContext {
  /** Those whom the values of its members name, by the keys of these; an attribute of users may name several. */
  readonly members: ReadonlyMap<string, readonly Reference[]>
  /** The absolute URL of the SCIM root. */
  readonly baseUrl: string
}

/** What a user is shown with. */
export interface RenderContext {
  readonly references: References
  /** The groups that name a user as a member, by the `dnKey` of the user, where the entries do not say so themselves. */
  readonly groupsByMember?: ReadonlyMap<string, readonly Reference[]>
  /** The groups above those that a user is a member of himself, by the `dnKey` of the user, where these are asked for. */
  readonly indirectGroups?: ReadonlyMap<string, readonly Reference[]>
  /** The absolute URL of the SCIM root. */
  readonly baseUrl: string
}

/** The same for every spelling of a DN; a value that is no DN is its own key. */
export function dnKey(dn: string): string {
  try {
    return normalizeDn(dn)
  } catch (error) {
    if (error instanceof InvalidDnError) return dn
    throw error
  }
}
