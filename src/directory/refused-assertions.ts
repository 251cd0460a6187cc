import { DirectoryError } from './error.ts'
import type { Filter } from './filter.ts'
import type { LdapReader } from './ldap-reader.ts'
import {
  dnAfter,
  type LdapOperation,
  type ModifyDnOperation,
  type ModifyOperation,
  type Plan,
} from './operation.ts'
import { resultCodes } from './result.ts'

type Asserted = (ModifyDnOperation | ModifyOperation) & { readonly assertion: Filter }

/** Sees through servers that refuse assertions which hold: OpenLDAP's overlay unique hands the control on to a search of its
 *  own, of the base of its entries, for which the assertion is false, and so answers 122 with "unique_search failed" (slapd
 *  2.5.13) to every rename, and to every modify of an attribute that it watches. There the assertion is checked by
 *  reading immediately before the write, which is the most it allows. */
export class RefusedAssertions {
  readonly #reader: LdapReader
  #areRenamesRefused = false

  constructor(reader: LdapReader) {
    this.#reader = reader
  }

  /** The plan as it is sent: without assertions on renames once the server is known to refuse them.
   *  @throws {DirectoryError} `assertionFailed` when an assertion that is not sent does not hold. */
  async prepare(plan: Plan): Promise<Plan> {
    return this.#areRenamesRefused ? await this.#without(plan, 'modifyDn') : plan
  }

  /** The plan to send in place of one that failed because the server refuses its assertions; nothing when it failed
   *  for another reason.
   *  @throws {DirectoryError} `assertionFailed` when the assertion does not hold in fact. */
  async replacementFor(plan: Plan, error: unknown): Promise<Plan | undefined> {
    if (!(error instanceof DirectoryError) || error.failure !== 'assertionFailed') return undefined
    if (plan.operations.some(isAsserted('modifyDn'))) {
      const replacement = await this.#without(plan, 'modifyDn')
      this.#areRenamesRefused = true
      return replacement
    }
    // Most modifies are checked as they should be: only this one goes without.
    const hasModify = plan.operations.some(isAsserted('modify'))
    return hasModify ? await this.#without(plan, 'modify') : undefined
  }

  async #without(plan: Plan, kind: Asserted['kind']): Promise<Plan> {
    for (const [operationIndex, operation] of plan.operations.entries()) {
      if (!isAsserted(kind)(operation)) continue
      if (await this.#reader.holds(dnBefore(plan, operation.dn), operation.assertion)) continue
      throw new DirectoryError('assertionFailed', `${kind}: the assertion does not hold`, {
        resultCode: resultCodes.assertionFailed,
        operationIndex,
      })
    }
    const operations = plan.operations.map((operation) =>
      isAsserted(kind)(operation) ? withoutAssertion(operation) : operation,
    )
    return { ...plan, operations }
  }
}

/** Where an entry is before the plan renames it. */
function dnBefore({ operations }: Plan, dn: string): string {
  const rename = operations.find(
    (operation) => operation.kind === 'modifyDn' && dnAfter(operation) === dn,
  )
  return rename?.dn ?? dn
}

function isAsserted(kind: Asserted['kind']): (operation: LdapOperation) => operation is Asserted {
  return (operation): operation is Asserted =>
    operation.kind === kind && operation.assertion !== undefined
}

function withoutAssertion(operation: Asserted): LdapOperation {
  const { assertion: _, ...rest } = operation
  return rest
}
