import type { Attribute, Entry } from '../directory/entry.ts'
import type { Filter } from '../directory/filter.ts'
import type { LdapOperation, Modification, Plan } from '../directory/operation.ts'
import { scimErrors } from '../scim/error.ts'
import type { JsonObject } from '../scim/json.ts'
import { guardFor } from './assertion.ts'
import { departure } from './departure.ts'
import type { DerivedValues } from './derivation.ts'
import type { EntryMapping } from './entry-mapping.ts'
import { entryOperations } from './entry-operations.ts'
import type { ManagerLink, ManagerMapping } from './manager-mapping.ts'
import type { UserSettings } from './settings.ts'
import type { Status } from './status.ts'
import { touch } from './touch.ts'

/** A write of a user, worked out as far as SCIM goes. */
export interface UserWrite {
  readonly resource: JsonObject
  readonly manager: ManagerLink
  readonly password: string | undefined
  /** What the derived attributes get that change. */
  readonly derived?: DerivedValues
}

/** A change of a user, worked out as far as SCIM goes. */
export interface UserChange extends UserWrite {
  readonly entry: Entry
  /** How the entry showed before, pending manager included. */
  readonly before: JsonObject
  /** What the server is asked to check of the entry beside its id. */
  readonly version: string | undefined
}

/** What the plans of users are made with. */
export interface UserPlansSource {
  readonly settings: UserSettings
  readonly entries: EntryMapping
  readonly status: Status | undefined
  readonly manager: ManagerMapping | undefined
  /** What is read of an entry after a write. */
  readonly attributes: readonly string[]
}

/** Works out the operations of writes on users. */
export class UserPlans {
  readonly #source: UserPlansSource

  constructor(source: UserPlansSource) {
    this.#source = source
  }

  /** The operations that create a user. */
  create({ resource, manager: link, password, derived = new Map() }: UserWrite): {
    dn: string
    plan: Plan
  } {
    const { settings, entries, status, manager, attributes: read } = this.#source
    const dn = entries.dnFor(resource, derived)
    const isLocked = password === undefined && settings.password?.whenMissing === 'disable'
    const isActive = resource['active'] !== false && !isLocked
    const attributes = entries.attributesFor(resource, [
      ...(manager?.attributesFor(link) ?? []),
      ...(status?.attributesFor(isActive) ?? []),
      ...this.#passwordAttributes(password),
      ...Array.from(derived, ([type, value]) => ({ type, values: [value] })),
    ])
    const operations: LdapOperation[] = [
      { kind: 'add', dn, attributes },
      ...this.#passwordOperations(dn, password, isActive),
    ]
    return { dn, plan: { operations, read } }
  }

  /** The operations that change a user; none when nothing changes. */
  change(change: UserChange): Plan {
    const { entries, status, manager, attributes: read } = this.#source
    const { entry, before, resource, password, version, derived } = change
    const { newRdn, modifications } = entries.changes(entry, before, resource, derived)
    const passwords = this.#passwordAttributes(password).map(replacing)
    const isActive = this.#isActiveAfter(entry, resource)
    const together = entries.withClasses(entry, [
      ...modifications,
      ...(manager?.modifications(entry, change.manager) ?? []),
      // The lock behind the password, or OpenLDAP takes it away again.
      ...passwords,
      ...(status?.modifications(entry, isActive, passwords.length > 0) ?? []),
    ])
    const isAlone = together.length === 0 && newRdn === undefined
    const first = isAlone && this.#isBehind(password) ? touch(entries.slots, entry) : together
    const steps = { newRdn, modifies: [first], conditions: this.#statusAsRead(change) }
    const { dn, operations } = entryOperations(entries, entry, steps, version)
    const guard = guardFor(entries.identity, entry, 'modify')
    const behind = this.#passwordOperations(dn, password, isActive)
    return {
      operations: [
        ...operations,
        ...behind.map((each) => (each.kind === 'modify' ? { ...each, ...guard } : each)),
      ],
      read,
    }
  }

  /** The operations that take a user away, as the settings say; none when he is disabled already.
   *  @param isNameTaken where he is moved to somebody has his name, so that he gets one that nobody has. */
  delete(entry: Entry, version: string | undefined, isNameTaken = false): Plan {
    return departure(this.#source, entry, { version, isNameTaken })
  }

  /** A password may take a lock away that came after the entry was read, so that it goes with the status that was read. */
  #statusAsRead({ entry, password }: UserChange): Filter[] {
    const condition = password === undefined ? undefined : this.#source.status?.asRead(entry)
    return condition === undefined ? [] : [condition]
  }

  /** A change that does not say whether the account is active leaves it as it is. */
  #isActiveAfter(entry: Entry, { active }: JsonObject): boolean {
    return typeof active === 'boolean' ? active : (this.#source.status?.isActive(entry) ?? true)
  }

  #passwordAttributes(password: string | undefined): Attribute[] {
    const { password: settings } = this.#source.settings
    if (settings === undefined || password === undefined) return []
    switch (settings.method) {
      case 'userPassword':
        return [{ type: 'userPassword', values: [unhashed(password)] }]
      case 'unicodePwd': {
        // MS-ADTS §3.1.1.3.1.5.1
        const quoted = Buffer.from(`"${password}"`, 'utf16le')
        const change = settings.mustChange ? [{ type: 'pwdLastSet', values: ['0'] }] : []
        return [{ type: 'unicodePwd', values: [quoted] }, ...change]
      }
      case 'passwordModify':
      case 'ignore':
        return []
    }
  }

  #isBehind(password: string | undefined): boolean {
    return this.#source.settings.password?.method === 'passwordModify' && password !== undefined
  }

  /** The Password Modify operation, which comes last: it names the entry as it is then, and it can carry no assertion (OpenLDAP
   *  knows none there), so that a modify comes before it in any case. The lock that it takes away comes back behind it. */
  #passwordOperations(
    dn: string,
    password: string | undefined,
    isActive: boolean,
  ): LdapOperation[] {
    if (!this.#isBehind(password) || password === undefined) return []
    const modifications = isActive ? [] : (this.#source.status?.modificationsBehindPassword() ?? [])
    return [
      { kind: 'passwordModify', dn, newPassword: password },
      ...(modifications.length === 0 ? [] : [{ kind: 'modify', dn, modifications } as const]),
    ]
  }
}

/** A server takes what stands behind a word in braces for a hash, or with {CLEARTEXT} for what need not be hashed. RFC 3112 */
function unhashed(password: string): string {
  if (/^\{[^}]*\}/u.test(password)) {
    throw scimErrors.invalidValue('password must not begin with a word in braces.')
  }
  return password
}

function replacing({ type, values }: Attribute): Modification {
  return { operation: 'replace', attribute: type, values }
}
