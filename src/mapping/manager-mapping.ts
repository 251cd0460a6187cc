import type { Attribute, Entry } from '../directory/entry.ts'
import { equals, type Filter, not, or, present } from '../directory/filter.ts'
import type { Modification, Plan } from '../directory/operation.ts'
import { isJsonObject, type JsonObject } from '../scim/json.ts'
import { schemaUrns } from '../scim/urn.ts'
import { guardedBy, guardFor } from './assertion.ts'
import type { EntryMapping } from './entry-mapping.ts'
import { idFilter } from './identity.ts'
import { modificationsFor } from './modification-plan.ts'
import { dnKey, type RenderContext } from './reference.ts'
import type { UserSettings } from './settings.ts'
import type { Slot } from './slot.ts'
import type { Draft } from './slot-values.ts'

/** What a user's manager is in the directory after a write: a DN, or a reference that nobody answers to yet. */
export interface ManagerLink {
  readonly dn: string | undefined
  readonly pending: string | undefined
}

/** The manager of a user in its canonical form. */
export function managerValueOf(user: JsonObject): string | undefined {
  const extension = user[schemaUrns.enterpriseUser]
  const manager = isJsonObject(extension) ? extension['manager'] : undefined
  const value = isJsonObject(manager) ? manager['value'] : undefined
  return typeof value === 'string' ? value : undefined
}

/** How many texts one filter asks for, and how many characters they have together: servers take less than a megabyte, and search
 *  by a few hundred names as by one. */
const inOneFilter = { texts: 200, characters: 65_536 }

function inFilters(texts: readonly string[]): string[][] {
  const filters: string[][] = []
  let characters = 0
  for (const text of texts) {
    const last = filters.at(-1)
    characters += text.length
    if (last && last.length < inOneFilter.texts && characters <= inOneFilter.characters) {
      last.push(text)
    } else {
      filters.push([text])
      characters = text.length
    }
  }
  return filters
}

/** The manager of users: an id in SCIM, a DN in the directory, and what is remembered of one who is not there yet. */
export class ManagerMapping {
  readonly #settings: NonNullable<UserSettings['manager']>
  readonly #entries: EntryMapping

  constructor(settings: NonNullable<UserSettings['manager']>, entries: EntryMapping) {
    this.#settings = settings
    this.#entries = entries
  }

  /** The LDAP attributes to read. */
  get attributes(): readonly string[] {
    const { attribute, pendingAttribute } = this.#settings
    return pendingAttribute === undefined ? [attribute] : [attribute, pendingAttribute]
  }

  /** The lines of the map by which managers are looked up. */
  get lookupSlots(): readonly Slot[] {
    return this.#settings.lookup.flatMap((key) => this.#entries.slot(key) ?? [])
  }

  /** Shows the manager in a user; one whose entry is gone or out of reach is not shown. */
  put(draft: Draft, entry: Entry, { references, baseUrl }: RenderContext): void {
    const found = entry
      .texts(this.#settings.attribute)
      .flatMap((dn) => references.get(dnKey(dn)) ?? [])
      .find(({ type }) => type === 'User')
    if (found === undefined) return
    const { id, display } = found
    const name = display === undefined ? {} : { displayName: display }
    const extension = (draft[schemaUrns.enterpriseUser] ?? {}) as Draft
    extension['manager'] = { value: id, $ref: `${baseUrl}/Users/${id}`, ...name }
    draft[schemaUrns.enterpriseUser] = extension
  }

  /** The reference of a manager who does not exist yet. */
  pendingOf(entry: Entry): string | undefined {
    const { pendingAttribute } = this.#settings
    return pendingAttribute === undefined ? undefined : entry.text(pendingAttribute)
  }

  /** What finds the user that a given manager means, in the order in which it is looked up. */
  filtersFor(value: string): Filter[] {
    return this.#settings.lookup.flatMap((key) => {
      if (key === 'id') return idFilter(this.#entries.identity, value) ?? []
      const slot = this.#entries.slot(key)
      return slot === undefined ? [] : [equals(slot.type.name, value)]
    })
  }

  /** Those who wait for this user as their manager: whatever the user may be called by, in several filters where a directory would
   *  not take one. None when nobody can wait. */
  waitingFilters(user: JsonObject): Filter[] {
    const { pendingAttribute, lookup } = this.#settings
    if (pendingAttribute === undefined) return []
    const names = lookup.flatMap((key) => {
      if (key === 'id') return [user['id']]
      const slot = this.#entries.slot(key)
      return slot === undefined ? [] : this.#entries.valuesOf(user, slot)
    })
    const texts = [...new Set(names.filter((name) => typeof name === 'string'))]
    return inFilters(texts).map((each) => or(each.map((text) => equals(pendingAttribute, text))))
  }

  /** The attributes of a new entry. */
  attributesFor({ dn, pending }: ManagerLink): Attribute[] {
    const { attribute, pendingAttribute } = this.#settings
    return [
      ...(dn === undefined ? [] : [{ type: attribute, values: [dn] }]),
      ...(pending === undefined || pendingAttribute === undefined
        ? []
        : [{ type: pendingAttribute, values: [pending] }]),
    ]
  }

  /** What gives an entry this manager; nothing when the first it has is he. */
  modifications(entry: Entry, { dn, pending }: ManagerLink): Modification[] {
    const { attribute, pendingAttribute } = this.#settings
    const current = entry.texts(attribute)
    const isSame = dn !== undefined && current.slice(0, 1).some((each) => dnKey(each) === dnKey(dn))
    const same = current.find((each) => dn !== undefined && dnKey(each) === dnKey(dn))
    return [
      ...(isSame ? [] : this.#replaceBy(entry, same ?? dn)),
      ...(pendingAttribute === undefined ? [] : this.#changeTo(entry, pendingAttribute, pending)),
    ]
  }

  /** Sets the manager that an entry was waiting for, in place of the one it has. The pending value is deleted by name, so
   *  that of several who settle it one succeeds and nobody overwrites a manager that was given meanwhile. */
  planSettle(entry: Entry, pending: string, managerDn: string): Plan {
    const { attribute, pendingAttribute } = this.#settings
    if (pendingAttribute === undefined) throw new Error('no pending managers are kept')
    const modifications: Modification[] = [
      { operation: 'delete', attribute: pendingAttribute, values: [pending] },
      ...this.#replaceBy(entry, managerDn),
    ]
    const [former] = entry.texts(attribute)
    const unchanged = former === undefined ? not(present(attribute)) : equals(attribute, former)
    const guard = guardedBy(guardFor(this.#entries.identity, entry, 'modify'), [unchanged])
    return { operations: [{ kind: 'modify', dn: entry.dn, modifications, ...guard }], read: [] }
  }

  /** All values at once, where there are any: while the manager is renamed his new name stands beside the old one. */
  #replaceBy(entry: Entry, value: string | undefined): Modification[] {
    const { attribute } = this.#settings
    if (!entry.has(attribute)) return this.#changeTo(entry, attribute, value)
    return [{ operation: 'replace', attribute, values: value === undefined ? [] : [value] }]
  }

  #changeTo(entry: Entry, attribute: string, value: string | undefined): Modification[] {
    const type = this.#entries.directorySchema.attributeType(attribute)
    if (type === undefined) throw new Error(`${attribute} is not in the schema`)
    const wanted = value === undefined ? [] : [value]
    return modificationsFor({ type, current: entry.texts(attribute), wanted })
  }
}
