import { DirectoryError } from './error.ts'
import type { LdapReader } from './ldap-reader.ts'
import type { LdapOperation, ModifyDnOperation, Plan } from './operation.ts'

type Asserted = ModifyDnOperation & Required<Pick<ModifyDnOperation, 'assertion'>>

/** Sees through servers that refuse every rename with an assertion: OpenLDAP's overlay unique hands the control on to a
 *  search of its own, of the base of its entries, for which the assertion is false, and so answers 122 with "unique_search failed"
 *  although the assertion holds of the entry itself (slapd 2.5.13). On such a server the assertion is checked by
 *  reading immediately before the rename, which is the most it allows. */
export class RenameAssertions {
  readonly #reader: LdapReader
  #isRefused = false

  constructor(reader: LdapReader) {
    this.#reader = reader
  }

  /** The plan as it is sent: without assertions on renames once the server is known to refuse them.
   *  @throws {DirectoryError} `assertionFailed` when an assertion that is not sent does not hold. */
  async prepare(plan: Plan): Promise<Plan> {
    return this.#isRefused && plan.operations.some(isAsserted) ? await this.#checked(plan) : plan
  }

  /** The plan to send in place of one that failed because the server refuses assertions on renames; nothing when it failed
   *  for another reason.
   *  @throws {DirectoryError} `assertionFailed` when the assertion does not hold in fact. */
  async replacementFor(plan: Plan, error: unknown): Promise<Plan | undefined> {
    const isRefusal = error instanceof DirectoryError && error.failure === 'assertionFailed'
    if (!isRefusal || this.#isRefused || !mayConcernRename(plan, error)) return undefined
    const replacement = await this.#checked(plan)
    this.#isRefused = true
    return replacement
  }

  async #checked(plan: Plan): Promise<Plan> {
    for (const { dn, assertion } of plan.operations.filter(isAsserted)) {
      if (!(await this.#reader.holds(dn, assertion))) {
        throw new DirectoryError('assertionFailed', 'modifyDn: the assertion does not hold')
      }
    }
    return { ...plan, operations: plan.operations.map(withoutAssertion) }
  }
}

function mayConcernRename({ operations }: Plan, { operationIndex }: DirectoryError): boolean {
  const failed = operationIndex === undefined ? undefined : operations[operationIndex]
  return failed === undefined ? operations.some(isAsserted) : isAsserted(failed)
}

function isAsserted(operation: LdapOperation): operation is Asserted {
  return operation.kind === 'modifyDn' && operation.assertion !== undefined
}

function withoutAssertion(operation: LdapOperation): LdapOperation {
  if (!isAsserted(operation)) return operation
  const { assertion: _, ...rename } = operation
  return rename
}
