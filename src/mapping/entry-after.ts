import type { AttributeType } from '../directory/directory-schema.ts'
import { rdnOf } from '../directory/dn.ts'
import { Entry } from '../directory/entry.ts'
import { dnAfter, type LdapOperation, type Modification } from '../directory/operation.ts'
import { valueKey } from './matching-rule.ts'
import { isNamed } from './object-classes.ts'

/** An entry as operations leave it, as far as its DN and one attribute go; nothing when they delete it.
 *  @param before left out when they add it. */
export function entryAfter(
  operations: readonly LdapOperation[],
  type: AttributeType,
  before: Entry | undefined,
): Entry | undefined {
  return operations.reduce<Entry | undefined>((entry, operation) => {
    const dn = dnAfter(operation)
    if (dn === undefined) return undefined
    const values = new Map(entry?.texts(type.name).map((value) => [keyOf(type, value), value]))
    for (const change of changesOf(operation, type)) carryOut(change, type, values)
    return new Entry(dn, [[type.name, [...values.values()]]])
  }, before)
}

type Change = Pick<Modification, 'operation'> & { readonly values: readonly string[] }

/** What an operation changes of an attribute, as modifications. */
function changesOf(operation: LdapOperation, type: AttributeType): Change[] {
  switch (operation.kind) {
    case 'add':
      return operation.attributes
        .filter((each) => isNamed(type, each.type))
        .map(({ values }) => ({ operation: 'add', values: values.map(String) }))
    case 'modify':
      return operation.modifications
        .filter(({ attribute }) => isNamed(type, attribute))
        .map((each) => ({ operation: each.operation, values: each.values.map(String) }))
    case 'modifyDn':
      return [
        ...(operation.deleteOldRdn ? rdnChanges('delete', operation.dn, type) : []),
        ...rdnChanges('add', operation.newRdn, type),
      ]
    case 'delete':
    case 'passwordModify':
      return []
  }
}

function rdnChanges(operation: 'add' | 'delete', dn: string, type: AttributeType): Change[] {
  const values = rdnOf(dn).flatMap((pair) => (isNamed(type, pair.type) ? [pair.value] : []))
  return values.length === 0 ? [] : [{ operation, values }]
}

function carryOut(
  { operation, values: changed }: Change,
  type: AttributeType,
  values: Map<string, string>,
): void {
  if (operation === 'replace' || (operation === 'delete' && changed.length === 0)) values.clear()
  for (const value of changed) {
    if (operation === 'delete') values.delete(keyOf(type, value))
    else values.set(keyOf(type, value), value)
  }
}

function keyOf({ equality }: AttributeType, value: string): string {
  return valueKey(equality, value)
}
