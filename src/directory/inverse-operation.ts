import type { DirectorySchema } from './directory-schema.ts'
import { foldText, formatRdn, parentDn, rdnOf } from './dn.ts'
import type { Entry } from './entry.ts'
import {
  dnAfter,
  isPasswordAttribute,
  type LdapOperation,
  type Modification,
  type ModifyDnOperation,
  type ModifyOperation,
} from './operation.ts'

/** The attributes whose values must be known before an operation for it to be taken back afterwards: those it
 *  replaces or removes whole, those whose values cannot be deleted one by one, and those of a new name, which the entry may
 *  have had as a further value before. */
export function attributesToRemember(
  operation: LdapOperation,
  schema: DirectorySchema,
): readonly string[] {
  if (operation.kind === 'modifyDn') return rdnOf(operation.newRdn).map(({ type }) => type)
  if (operation.kind !== 'modify') return []
  const names = operation.modifications
    .filter((modification) => !isValueByValue(modification, schema))
    .map(({ attribute }) => attribute.toLowerCase())
  return [...new Set(names)]
}

/** The operations that take another one back, in their order; nothing when that cannot be done: a deleted entry would come
 *  back as another one, and the old password is not known.
 *  @param before the entry with the attributes to remember, as it was before the operation. */
export function inversesOf(
  operation: LdapOperation,
  before: Entry | undefined,
  schema: DirectorySchema,
): readonly LdapOperation[] | undefined {
  switch (operation.kind) {
    case 'add':
      return [{ kind: 'delete', dn: operation.dn }]
    case 'modify': {
      const inverse = inverseOfModify(operation, before, schema)
      return inverse && [inverse]
    }
    case 'modifyDn':
      return inversesOfModifyDn(operation, before)
    case 'delete':
    case 'passwordModify':
      return undefined
  }
}

function isValueByValue({ operation, attribute, values }: Modification, schema: DirectorySchema) {
  const hasEquality = schema.attributeType(attribute)?.equality !== undefined
  return hasEquality && operation !== 'replace' && values.length > 0
}

function inverseOfModify(
  operation: ModifyOperation,
  before: Entry | undefined,
  schema: DirectorySchema,
): ModifyOperation | undefined {
  const { dn, modifications } = operation
  if (modifications.some(({ attribute }) => isPasswordAttribute(attribute))) return undefined
  const remembered = attributesToRemember(operation, schema)
  if (remembered.length > 0 && before === undefined) return undefined
  const restored: readonly Modification[] = remembered.map((attribute) => ({
    operation: 'replace',
    attribute,
    values: before?.bytes(attribute) ?? [],
  }))
  const reversed = modifications
    .filter(({ attribute }) => !remembered.includes(attribute.toLowerCase()))
    .toReversed()
    .map(({ operation: kind, attribute, values }) => ({
      operation: kind === 'add' ? ('delete' as const) : ('add' as const),
      attribute,
      values,
    }))
  return { kind: 'modify', dn, modifications: [...reversed, ...restored] }
}

/** Going back, the new value leaves the entry unless it was there before, and the old one is there again, whether it had
 *  left or not. Who has left the old name in the entry, as a server may demand, deletes the new one behind the rename as well. */
function inversesOfModifyDn(
  operation: ModifyDnOperation,
  before: Entry | undefined,
): readonly LdapOperation[] {
  const [oldRdn, newRdn] = [rdnOf(operation.dn), rdnOf(operation.newRdn)]
  const valuesBefore = (type: string): readonly string[] =>
    (before?.texts(type) ?? []).filter((value) => !oldRdn.some((pair) => has([pair.value], value)))
  const wasThere = newRdn.some(({ type, value }) => has(valuesBefore(type), value))
  const back: ModifyDnOperation = {
    kind: 'modifyDn',
    dn: dnAfter(operation) ?? operation.dn,
    newRdn: formatRdn(oldRdn),
    deleteOldRdn: operation.deleteOldRdn && !wasThere,
    ...(operation.newSuperior === undefined ? {} : { newSuperior: parentDn(operation.dn) }),
  }
  const left =
    operation.deleteOldRdn || wasThere
      ? []
      : newRdn.filter((pair) => !oldRdn.some(({ value }) => has([value], pair.value)))
  if (left.length === 0) return [back]
  const modifications = left.map(({ type, value }): Modification => ({
    operation: 'delete',
    attribute: type,
    values: [value],
  }))
  return [back, { kind: 'modify', dn: operation.dn, modifications }]
}

function has(values: readonly string[], value: string): boolean {
  return values.some((each) => foldText(each) === foldText(value))
}
