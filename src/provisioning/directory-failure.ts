import { rdnOf } from '../directory/dn.ts'
import { DirectoryError, type DirectoryFailure } from '../directory/error.ts'
import type { LdapOperation } from '../directory/operation.ts'
import { MappingError } from '../mapping/mapping-error.ts'
import { ScimError, scimErrors } from '../scim/error.ts'
import { OversizedEntryError } from './oversized-entry.ts'

/** How long a client is asked to wait for a directory that is away, in seconds. */
const retryAfterSeconds = 5

/** The SCIM attribute that an LDAP attribute is mapped by, as a client knows it. */
export type AttributeNames = (ldapAttribute: string) => string | undefined

type Translate = (error: DirectoryError, attribute: string | undefined) => ScimError

/** What a client is told of each failure. The LDAP result codes behind the words are in `DirectoryFailure`; details
 *  name SCIM attributes, never DNs or values. RFC 7644 §3.12 */
const translations: Readonly<Record<DirectoryFailure, Translate>> = {
  unavailable: (cause) =>
    scimErrors.unavailable('The directory cannot be reached at the moment. Try again later.', {
      cause,
      retryAfterSeconds,
    }),
  notRecorded: (cause) =>
    scimErrors.unavailable(
      'The bridge cannot record changes at the moment, and so makes none. Its administrator finds the reason in its log. Try again later.',
      { cause, retryAfterSeconds },
    ),
  outcomeUnknown: (cause) =>
    scimErrors.unavailable(
      'The directory did not answer in time, and whether the change was made could not be found out. Read the resource before you try again.',
      { cause, retryAfterSeconds },
    ),
  noSuchEntry: (cause) => scimErrors.notFound('The resource was not found.', { cause }),
  alreadyExists: (cause) =>
    scimErrors.uniqueness('The directory has an entry of this name already.', { cause }),
  notUnique: (cause, attribute = 'A value') =>
    scimErrors.uniqueness(`${attribute} is in use already.`, { cause }),
  valueExists: changedMeanwhile,
  valueAbsent: changedMeanwhile,
  assertionFailed: (cause) =>
    scimErrors.preconditionFailed('The resource has changed; read it again.', { cause }),
  invalidValue: (cause, attribute) =>
    scimErrors.invalidValue(
      attribute === undefined
        ? 'One of the values is not taken by the directory.'
        : `${attribute} has a value that the directory does not take.`,
      { cause },
    ),
  tooLarge: (cause, attribute = 'The change') =>
    scimErrors.invalidValue(
      `${attribute} is too large: the directory takes less in one change. Send less, or let an administrator raise its limit and directory.maxRequestBytes of the bridge.`,
      { cause },
    ),
  entryTooLarge: (cause, attribute = 'The change') =>
    scimErrors.invalidValue(
      `${attribute} is too large: with it the resource could not be read any more. Send less, take values away from it first, or let an administrator raise directory.maxMessageBytes of the bridge.`,
      { cause },
    ),
  answerTooLarge: (cause) =>
    scimErrors.internal(
      `${nameOf(cause)} has more values than the bridge reads at once, so that it cannot be shown, alone or in a list, nor changed. Delete it, ask for other attributes, or let an administrator take values from it in the directory or raise directory.maxMessageBytes of the bridge.`,
      { cause },
    ),
  passwordRefused: (cause) =>
    scimErrors.invalidValue('password is refused by the password policy of the directory.', {
      cause,
    }),
  schemaViolation: (cause, attribute) =>
    attribute === undefined
      ? scimErrors.internal(
          'The directory refuses the entry by its schema. Its administrator finds the reason in the log of the bridge.',
          { cause },
        )
      : scimErrors.invalidValue(
          `${attribute} is required, or not allowed, by the directory's schema.`,
          {
            cause,
          },
        ),
  tooManyValues: (cause, attribute = 'An attribute') =>
    scimErrors.invalidValue(`${attribute} can have one value only in the directory.`, { cause }),
  readOnly: (cause, attribute = 'An attribute') =>
    scimErrors.mutability(`${attribute} cannot be changed in the directory.`, { cause }),
  noSuchReference: (cause, attribute = 'A reference') =>
    scimErrors.invalidValue(`${attribute} refers to something that does not exist.`, { cause }),
  unfitGroup: (cause) =>
    scimErrors.invalidValue(
      'members.value names a group whose scope does not fit that of this one. Leave it out, or let an administrator change the scope of either.',
      { cause },
    ),
  notLeaf: (cause) =>
    scimErrors.conflict(
      'The entry has other entries below it, and the directory removes none that has. Its administrator removes those first, or sets users.onDelete of the bridge to disable or move.',
      { cause },
    ),
  limitExceeded: (cause) =>
    scimErrors.tooMany('More resources match than the directory returns. Narrow the filter.', {
      cause,
    }),
  refused: misconfigured,
  protocol: misconfigured,
}

/** What a client is told when a directory operation failed; anything else is returned as it is.
 *  @param names finds the SCIM attribute of the LDAP attribute that the directory complained of. */
export function toScimError(error: unknown, names: AttributeNames = () => undefined): unknown {
  if (error instanceof MappingError) {
    return scimErrors.internal(
      'The bridge is not configured for this directory. Its administrator finds the reasons in its log.',
      { cause: error },
    )
  }
  if (!(error instanceof DirectoryError)) return error
  if (error.isMade) return madeBut(readingBack, error)
  const attribute = error.attribute === undefined ? undefined : names(error.attribute)
  const translated = translations[error.failure](error, attribute)
  return error.isPartial ? partly(translated, error, names) : translated
}

/** What a client is told of a write that was made while what follows it failed. */
export class UnfinishedError extends ScimError {
  constructor(detail: string, cause: DirectoryError) {
    super(503, undefined, detail, { cause, retryAfterSeconds })
  }
}

/** Does what follows a write that was made. Where the directory fails then, the client must not take the write for one
 *  that failed: a repeated creation would clash with itself.
 *  @param step what is done, as the end of a sentence: "the directory failed when ...".
 *  @throws {UnfinishedError} that says so. */
export async function afterWrite<T>(work: () => Promise<T>, step = readingBack): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause
    throw madeBut(step, cause)
  }
}

const readingBack = 'the resource was to be read back'

function madeBut(step: string, cause: DirectoryError): UnfinishedError {
  return new UnfinishedError(
    `The change was made, but the directory failed when ${step}. Read the resource before you try again.`,
    cause,
  )
}

function nameOf(cause: DirectoryError): string {
  return cause instanceof OversizedEntryError
    ? `The resource ${JSON.stringify(cause.id)}`
    : 'What is asked for'
}

function changedMeanwhile(cause: DirectoryError): ScimError {
  return scimErrors.unavailable(
    'The resource is being changed by others at the same time. Try again.',
    { cause, retryAfterSeconds: 1 },
  )
}

function misconfigured(cause: DirectoryError): ScimError {
  return scimErrors.internal(
    'The directory refuses what the bridge asks of it. Its administrator finds the reason in the log of the bridge.',
    { cause },
  )
}

function partly(error: ScimError, cause: DirectoryError, names: AttributeNames): ScimError {
  const detail = `${error.message} ${partsOf(cause, names)} Read the resource before you try again.`
  return new ScimError(500, undefined, detail, { cause })
}

function partsOf({ parts, failure }: DirectoryError, names: AttributeNames): string {
  if (parts === undefined) {
    return 'The groups and people that name it were changed before, which could not be taken back.'
  }
  const [made, missing] = [parts.made, parts.missing].map((operations) =>
    [...new Set(operations.flatMap((operation) => wordsFor(operation, names)))].join(', '),
  )
  const isKnown = failure !== 'outcomeUnknown'
  return `A part of the change was made before and could not be taken back: ${made}. ${isKnown ? 'Not made was' : 'Not made, or not known to be, was'}: ${missing}.`
}

/** What an operation does, as a client knows it. */
function wordsFor(operation: LdapOperation, names: AttributeNames): readonly string[] {
  switch (operation.kind) {
    case 'add':
      return ['the creation']
    case 'delete':
      return ['the deletion']
    case 'passwordModify':
      return ['password']
    case 'modifyDn': {
      if (operation.newSuperior !== undefined) return ['the move']
      const known = rdnOf(operation.newRdn).flatMap(({ type }) => names(type) ?? [])
      return known.length === 0 ? ['the name of the entry'] : known
    }
    case 'modify': {
      const known = operation.modifications.flatMap(({ attribute }) => names(attribute) ?? [])
      return known.length === 0 ? ['attributes without a name in SCIM'] : known
    }
  }
}
