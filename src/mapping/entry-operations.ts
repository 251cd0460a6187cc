import {
  dnAfter,
  type LdapOperation,
  type ModifyOperation,
  type Modification,
} from '../directory/operation.ts'
import type { Entry } from '../directory/entry.ts'
import type { Filter } from '../directory/filter.ts'
import { guardedBy, guardFor, vacancies } from './assertion.ts'
import type { EntryMapping } from './entry-mapping.ts'
import { dnKey } from './reference.ts'
import { renameSteps } from './rename.ts'

/** What is done to an entry, in this order. */
export interface EntrySteps {
  readonly newRdn?: string | undefined
  /** The modifications of one modify after the other. */
  readonly modifies: readonly (readonly Modification[])[]
  /** What must hold of the entry before each of them, as it did when it was read. */
  readonly conditions?: readonly Filter[]
}

/** The operations that change an entry: the rename first, so that what follows names the entry as it is then; but before it
 *  the changes of references to the entry itself, which bear its name as it was. Each is held to
 *  the entry that was read, to the conditions, and to the absence of attributes that it adds; the first to its version, too,
 *  where one is given: the version that the others would find is one that they make themselves.
 *  @returns with the DN of the entry after them. */
export function entryOperations(
  entries: EntryMapping,
  entry: Entry,
  { newRdn, modifies, conditions = [] }: EntrySteps,
  version: string | undefined,
): { readonly dn: string; readonly operations: LdapOperation[] } {
  const renaming =
    newRdn === undefined ? undefined : renameSteps(entries.identity, entry.dn, newRdn)
  const dn = (renaming && dnAfter(renaming.rename)) ?? entry.dn
  const { ahead, behind } = aroundRename(entry, renaming === undefined ? undefined : dn, modifies)
  const [first = [], ...others] = behind
  const operations: LdapOperation[] = [
    ...modifyEach(entry.dn, ahead),
    ...(renaming === undefined ? [] : [renaming.rename]),
    ...modifyEach(dn, [[...(renaming?.behind ?? []), ...first], ...others]),
  ].map((operation, index) => ({
    ...operation,
    ...guardedBy(
      guardFor(entries.identity, entry, operation.kind, index === 0 ? version : undefined),
      [
        ...conditions,
        ...('modifications' in operation ? vacancies(entries, entry, operation.modifications) : []),
      ],
    ),
  }))
  return { dn, operations }
}

type Modifies = EntrySteps['modifies']

function modifyEach(dn: string, modifies: Modifies): ModifyOperation[] {
  return modifies
    .filter((modifications) => modifications.length > 0)
    .map((modifications) => ({ kind: 'modify', dn, modifications }))
}

/** Servers that keep references up to date rename those of an entry to itself as well, so that the old name, as it is read and
 *  looked up here, has to be taken out or put in before. What is changed of the same attribute before that goes along: a
 *  group must not be without members in between.
 *  @param newDn none where the entry is not renamed. */
function aroundRename(
  { dn }: Entry,
  newDn: string | undefined,
  modifies: Modifies,
): { readonly ahead: Modifies; readonly behind: Modifies } {
  const own = dnKey(dn)
  if (newDn === undefined || own === dnKey(newDn)) return { ahead: [], behind: modifies }
  const last = new Map<string, number>()
  for (const [index, modifications] of modifies.entries()) {
    for (const { attribute, values } of modifications) {
      if (values.some((value) => typeof value === 'string' && dnKey(value) === own)) {
        last.set(attribute.toLowerCase(), index)
      }
    }
  }
  if (last.size === 0) return { ahead: [], behind: modifies }
  const isAhead = ({ attribute }: Modification, index: number): boolean =>
    index <= (last.get(attribute.toLowerCase()) ?? -1)
  return {
    ahead: modifies.map((all, index) => all.filter((each) => isAhead(each, index))),
    behind: modifies.map((all, index) => all.filter((each) => !isAhead(each, index))),
  }
}
