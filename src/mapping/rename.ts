import { foldText, formatRdn, type Rdn, rdnOf } from '../directory/dn.ts'
import type { Modification, ModifyDnOperation } from '../directory/operation.ts'
import type { Identity } from './identity.ts'

/** How an entry gets another name. */
export interface RenameSteps {
  readonly rename: ModifyDnOperation
  /** What a modify has to do behind the rename for the old name to be gone, all at once; nothing as a rule. */
  readonly behind: readonly Modification[]
}

/** Renames an entry so that its old name is no value of it any longer. Where the server refuses to do both in one, the old
 *  name is deleted behind the rename; that is so as well where the new name is the one that has to be escaped, for the rename
 *  may have to be taken back. */
export function renameSteps(
  { deletesEscapedNames }: Identity,
  dn: string,
  newRdn: string,
): RenameSteps {
  const [before, after] = [rdnOf(dn), rdnOf(newRdn)]
  const deleteOldRdn = deletesEscapedNames || !(isEscaped(before) || isEscaped(after))
  return {
    rename: { kind: 'modifyDn', dn, newRdn, deleteOldRdn },
    behind: deleteOldRdn ? [] : before.flatMap((pair) => replacing(pair, after)),
  }
}

function isEscaped(rdn: Rdn): boolean {
  return formatRdn(rdn).includes('\\')
}

/** A name that is new in its spelling alone is not written by the rename: the server takes it for the one it has. */
function replacing({ type, value }: Rdn[number], after: Rdn): Modification[] {
  const same = after.find(
    (each) =>
      each.type.toLowerCase() === type.toLowerCase() && foldText(each.value) === foldText(value),
  )
  if (same?.value === value) return []
  const change = (operation: 'add' | 'delete', text: string): Modification => ({
    operation,
    attribute: type,
    values: [text],
  })
  return [change('delete', value), ...(same === undefined ? [] : [change('add', same.value)])]
}
