import {
  AddRequest,
  Attribute as LdaptsAttribute,
  Change,
  type Control,
  DeleteRequest,
  ModifyDNRequest,
  ModifyRequest,
  SearchRequest as LdaptsSearchRequest,
} from 'ldapts'
import { assertion, postRead } from './controls.ts'
import type { Capabilities, SearchRequest } from './directory.ts'
import { type AttributeValue, toBytes } from './entry.ts'
import { equals, type Filter, not, or } from './filter.ts'
import { toLdaptsFilter } from './ldap-filter.ts'
import type { LdapRequest } from './message-encoding.ts'
import { passwordModify } from './message-extended.ts'
import type { LdapOperation, Modification } from './operation.ts'
import type { ServerFacts } from './root-dse.ts'

/** A search as it is sent; the time limit is the connection's, not the server's. RFC 4511 §4.5.1
 *  @param limit more entries than this let the server answer sizeLimitExceeded; 0 sets no limit. */
export function toSearchRequest(
  request: SearchRequest,
  { hasAbsoluteFilters }: Pick<ServerFacts, 'hasAbsoluteFilters'>,
  limit: number,
  controls: readonly Control[] = [],
): LdapRequest {
  return new LdaptsSearchRequest({
    messageId: 0,
    baseDN: request.base,
    scope: request.scope,
    filter: toLdaptsFilter(request.filter, hasAbsoluteFilters),
    // An empty list would ask for every user attribute. RFC 4511 §4.5.1.8
    attributes: request.attributes.length === 0 ? ['1.1'] : [...request.attributes],
    sizeLimit: limit,
    timeLimit: 0,
    controls: [...controls],
  })
}

const compareTag = 0x6e

/** A comparison as it is sent; the one of ldapts takes no bytes. RFC 4511 §4.10 */
export function toCompareRequest(
  dn: string,
  attribute: string,
  value: AttributeValue,
): LdapRequest {
  return {
    protocolOperation: compareTag,
    writeMessage(writer) {
      writer.writeString(dn)
      writer.startSequence()
      writer.writeString(attribute)
      writer.writeBuffer(toBytes(value), 0x04)
      writer.endSequence()
    },
  }
}

/** What goes with a write. */
export interface WriteParts {
  readonly facts: ServerFacts
  /** The attributes to be answered by Post-Read; none sends no such control. RFC 4527 §3.2 */
  readonly read?: readonly string[]
  readonly controls?: readonly Control[]
}

/** A write as it is sent. Its assertion goes along where the server can check it. RFC 4511 §4.6 to §4.9 */
export function toWriteRequest(operation: LdapOperation, parts: WriteParts): LdapRequest {
  const controls = toControls(operation, parts)
  const base = { messageId: 0, dn: addressOf(operation), controls }
  switch (operation.kind) {
    case 'add': {
      const attributes = operation.attributes.map(({ type, values }) => toAttribute(type, values))
      return new AddRequest({ ...base, attributes })
    }
    case 'modify':
      return new ModifyRequest({ ...base, changes: operation.modifications.map(toChange) })
    case 'modifyDn': {
      const { newRdn, deleteOldRdn, newSuperior } = operation
      return new ModifyDNRequest({
        ...base,
        newRdn,
        deleteOldRdn,
        ...(newSuperior === undefined ? {} : { newSuperior }),
      })
    }
    case 'delete':
      return new DeleteRequest(base)
    case 'passwordModify':
      return passwordModify({ user: operation.dn, newPassword: operation.newPassword, controls })
  }
}

function toControls(operation: LdapOperation, parts: WriteParts): Control[] {
  const { facts, read = [], controls = [] } = parts
  const { capabilities, hasAbsoluteFilters } = facts
  const condition = assertionOf(operation, capabilities)
  const list = [...controls]
  if (condition !== undefined && capabilities.hasAssertion) {
    list.push(assertion(toLdaptsFilter(condition, hasAbsoluteFilters)))
  }
  if (read.length > 0) list.push(postRead(read))
  return list
}

function addressOf(operation: LdapOperation): string {
  const address = 'address' in operation ? operation.address : undefined
  return address ?? operation.dn
}

/** The assertion of a write, so that it says nothing of other entries where the server knows how to say that (RFC 5020). OpenLDAP's
 *  overlays hand the control on to what they do themselves: memberof to the modifies of the members, which would fail
 *  without a word, so that nobody's memberOf would follow the group, and unique to a search of its base, so that every
 *  rename would be refused with 122 "unique_search failed" (slapd 2.5.13). */
function assertionOf(operation: LdapOperation, { kind, schema }: Capabilities): Filter | undefined {
  const condition = 'assertion' in operation ? operation.assertion : undefined
  if (condition === undefined || kind !== 'openldap') return condition
  const hasOwnDn = schema.attributeType('entryDN') !== undefined
  return hasOwnDn ? or([not(equals('entryDN', operation.dn)), condition]) : condition
}

function toChange({ operation, attribute, values }: Modification): Change {
  return new Change({ operation, modification: toAttribute(attribute, values) })
}

function toAttribute(type: string, values: readonly AttributeValue[]): LdaptsAttribute {
  return new LdaptsAttribute({ type, values: values.map(toBytes) })
}
