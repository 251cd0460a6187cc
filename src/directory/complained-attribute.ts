import { type AttributeTypeAndValue, InvalidDnError, rdnOf } from './dn.ts'
import type { AttributeValue } from './entry.ts'
import type { LdapOperation, Modification } from './operation.ts'
import { type LdapResult, resultCodes } from './result.ts'

/** What was asked of the server when it answered an error. */
export type AskedOperation =
  LdapOperation | { readonly kind: 'search' | 'compare' | 'extended'; readonly dn?: string }

type Answer = Pick<LdapResult, 'code' | 'diagnosticMessage'>

/** The attribute that the server complained of: the one it quotes as such (an attribute that is missing is not among those
 *  that were sent), else the first in its text of those that were sent, else the only one that its code can be about:
 *  389 DS often says nothing. */
export function complainedAttribute(answer: Answer, asked: AskedOperation): string | undefined {
  return mentioned(answer.diagnosticMessage, asked) ?? onlyCandidate(answer.code, asked)
}

/** The attributes that an operation names, in its order. */
export function namedAttributes(asked: AskedOperation): readonly string[] {
  return namedValues(asked).map(({ name }) => name)
}

/** An attribute that an operation names, and the values that it says of it. */
export interface NamedValues {
  readonly name: string
  readonly values: readonly AttributeValue[]
}

/** The attributes that an operation names with their values, in its order; those of its new name for a rename. */
export function namedValues(asked: AskedOperation): readonly NamedValues[] {
  switch (asked.kind) {
    case 'add':
      return asked.attributes.map(({ type, values }) => ({ name: type, values }))
    case 'modify':
      return asked.modifications.map(({ attribute, values }) => ({ name: attribute, values }))
    case 'modifyDn':
      return rdnOf(asked.newRdn).map(({ type, value }) => ({ name: type, values: [value] }))
    default:
      return []
  }
}

const usualNameBytes = 200

/** The part of a new name that is longer than a directory may have room for. */
export function longName(asked: AskedOperation): AttributeTypeAndValue | undefined {
  const name = asked.kind === 'modifyDn' ? asked.newRdn : asked.kind === 'add' ? asked.dn : ''
  return name === ''
    ? undefined
    : rdnOf(name).find(({ value }) => Buffer.byteLength(value) > usualNameBytes)
}

function mentioned(diagnostic: string, asked: AskedOperation): string | undefined {
  if (/unknown object class|is not a valid objectClass/i.test(diagnostic)) return 'objectClass'
  const names = namedAttributes(asked)
  // Active Directory's codes for a logon name that is wrong, or that a user or a group has already.
  if (/^0000052[346]: /.test(diagnostic)) {
    return names.find((name) => name.toLowerCase() === 'samaccountname') ?? 'sAMAccountName'
  }
  const quoted = /attribute:? ['"]([a-z0-9][a-z0-9.-]*)['"]/i.exec(diagnostic)?.[1]
  if (quoted !== undefined) {
    return names.find((name) => name.toLowerCase() === quoted.toLowerCase()) ?? quoted
  }
  const mentions = names
    .map((name) => ({ name, position: positionOf(name, diagnostic) }))
    .filter(({ position }) => position >= 0)
    .sort((one, other) => one.position - other.position)
  return mentions[0]?.name ?? holderOf(diagnostic, asked)
}

/** The attribute of a value that is told without it: 389 DS names nothing else of one that is not ASCII. */
function holderOf(diagnostic: string, asked: AskedOperation): string | undefined {
  const value = /not 7-bit clean: (.+)$/is.exec(diagnostic)?.[1]
  return namedValues(asked).find(({ values }) => values.some((each) => each === value))?.name
}

function positionOf(name: string, text: string): number {
  const escaped = name.replace(/[^a-z0-9-]/gi, String.raw`\$&`)
  return text.search(new RegExp(`(?<![a-z0-9-])${escaped}(?![a-z0-9-])`, 'i'))
}

function onlyCandidate(code: number, asked: AskedOperation): string | undefined {
  const candidates = new Set(candidatesFor(code, asked).map((name) => name.toLowerCase()))
  if (candidates.size !== 1) return undefined
  return candidatesFor(code, asked)[0]
}

function candidatesFor(code: number, asked: AskedOperation): readonly string[] {
  switch (code) {
    case resultCodes.operationsError:
    case resultCodes.other:
      return typesOf([longName(asked)])
    case resultCodes.notAllowedOnRdn:
      return asked.kind === 'modify' ? typesOf(nameOf(asked.dn)) : []
    case resultCodes.attributeOrValueExists:
      return asked.kind === 'add' ? severalValued(asked) : changed(asked, 'add')
    case resultCodes.entryAlreadyExists:
      return changed(asked, 'add')
    case resultCodes.noSuchAttribute:
      return changed(asked, 'delete')
    default:
      return []
  }
}

function typesOf(pairs: readonly (AttributeTypeAndValue | undefined)[]): readonly string[] {
  return pairs.flatMap((pair) => (pair === undefined ? [] : [pair.type]))
}

function nameOf(dn: string): readonly AttributeTypeAndValue[] {
  try {
    return rdnOf(dn)
  } catch (error) {
    if (error instanceof InvalidDnError) return []
    throw error
  }
}

function severalValued({ attributes }: Extract<LdapOperation, { kind: 'add' }>): readonly string[] {
  return attributes.filter(({ values }) => values.length > 1).map(({ type }) => type)
}

function changed(asked: AskedOperation, how: Modification['operation']): readonly string[] {
  if (asked.kind !== 'modify') return []
  return asked.modifications
    .filter(({ operation }) => operation === how)
    .map(({ attribute }) => attribute)
}
