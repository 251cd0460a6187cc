import { type AttributeValue, toBytes } from './entry.ts'
import type { Filter } from './filter.ts'
import { formatFilter } from './filter-text.ts'
import type {
  AddOperation,
  LdapOperation,
  Modification,
  ModifyDnOperation,
  ModifyOperation,
  PasswordModifyOperation,
} from './operation.ts'

/** What LDIF does not show. */
export interface LdifOptions {
  /** Attributes, beside those that are known to hold passwords and keys, whose values are withheld. */
  readonly secretAttributes?: readonly string[]
}

/** Attributes of the usual directories that hold passwords, hashes and keys. */
const passwordAttributes = [
  'userPassword',
  '2.5.4.35',
  'authPassword',
  'unicodePwd',
  'dBCSPwd',
  'sambaNTPassword',
  'sambaLMPassword',
  'krbPrincipalKey',
]

type IsSecret = (attribute: string) => boolean

/** LDIF change records of the operations, in their order; empty for none. It can be given to `ldapmodify`, but
 *  for passwords: their values are withheld, and comments stand in their place. Text that LDIF has to write
 *  in Base64 is also shown in a comment. RFC 2849
 *  @example
 *  version: 1
 *
 *  dn: uid=b.jensen,ou=people,dc=example,dc=org
 *  changetype: modify
 *  add: mail
 *  mail: b.jensen@example.org
 *  - */
export function toLdif(
  operations: readonly LdapOperation[],
  { secretAttributes = [] }: LdifOptions = {},
): string {
  if (operations.length === 0) return ''
  const secrets = new Set([...passwordAttributes, ...secretAttributes].map(baseName))
  const isSecret: IsSecret = (attribute) => secrets.has(baseName(attribute))
  const records = operations.map((operation) => recordLines(operation, isSecret))
  return [['version: 1'], ...records]
    .map((lines) => lines.map((line) => `${fold(line)}\n`).join(''))
    .join('\n')
}

function recordLines(operation: LdapOperation, isSecret: IsSecret): readonly string[] {
  switch (operation.kind) {
    case 'add':
      return [...headLines(operation, 'add', isSecret), ...addLines(operation, isSecret)]
    case 'modify':
      return [...headLines(operation, 'modify', isSecret), ...modifyLines(operation, isSecret)]
    case 'modifyDn':
      return [...headLines(operation, 'modrdn', isSecret), ...modifyDnLines(operation)]
    case 'delete':
      return headLines(operation, 'delete', isSecret)
    case 'passwordModify':
      return passwordLines(operation)
  }
}

function headLines(
  { dn, assertion }: { readonly dn: string; readonly assertion?: Filter },
  changeType: string,
  isSecret: IsSecret,
): readonly string[] {
  const condition = assertion === undefined ? [] : [conditionLine(assertion, isSecret)]
  return [...valueLines('dn', dn), ...condition, `changetype: ${changeType}`]
}

/** What is asserted of the entry (RFC 4528), in a comment: as a control it would be BER in Base64, which no person reads, and in
 *  the form that the server at hand needs; and what is replayed later, by a person who knows why, is not to fail because of
 *  it. */
function conditionLine(assertion: Filter, isSecret: IsSecret): string {
  const isWithheld = attributesOf(assertion).some(isSecret)
  return isWithheld ? '# only if: value withheld' : `# only if ${formatFilter(assertion)}`
}

function attributesOf(filter: Filter): readonly string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap(attributesOf)
    case 'not':
      return attributesOf(filter.filter)
    default:
      return [filter.attribute]
  }
}

function addLines({ attributes }: AddOperation, isSecret: IsSecret): readonly string[] {
  return attributes.flatMap(({ type, values }) =>
    values.flatMap((value) => (isSecret(type) ? [withheld(type)] : valueLines(type, value))),
  )
}

function modifyLines({ modifications }: ModifyOperation, isSecret: IsSecret): readonly string[] {
  return modifications.flatMap((modification) => {
    const isWithheld = isSecret(modification.attribute) && modification.values.length > 0
    return isWithheld ? withheldModification(modification) : modificationLines(modification)
  })
}

function modificationLines({ operation, attribute, values }: Modification): readonly string[] {
  const lines = values.flatMap((value) => valueLines(attribute, value))
  return [`${operation}: ${attribute}`, ...lines, '-']
}

/** All of it is a comment: without its values a modification would mean something else. */
function withheldModification({ operation, attribute, values }: Modification): readonly string[] {
  return [`# ${operation}: ${attribute}`, ...values.map(() => withheld(attribute)), '# -']
}

function modifyDnLines({
  newRdn,
  deleteOldRdn,
  newSuperior,
}: ModifyDnOperation): readonly string[] {
  return [
    ...valueLines('newrdn', newRdn),
    `deleteoldrdn: ${deleteOldRdn ? 1 : 0}`,
    ...(newSuperior === undefined ? [] : valueLines('newsuperior', newSuperior)),
  ]
}

/** LDIF has no record for an extended operation, so all of it is a comment. */
function passwordLines({ dn }: PasswordModifyOperation): readonly string[] {
  return [
    ...valueLines('dn', dn).map((line) => (line.startsWith('#') ? line : `# ${line}`)),
    '# Password Modify operation (RFC 3062)',
    '# newPasswd: value withheld',
  ]
}

function withheld(attribute: string): string {
  return `# ${attribute}: value withheld`
}

function valueLines(name: string, value: AttributeValue): readonly string[] {
  const bytes = toBytes(value)
  const text = bytes.toString('utf8')
  if (isSafe(text)) return [text === '' ? `${name}:` : `${name}: ${text}`]
  const encoded = `${name}:: ${bytes.toString('base64')}`
  const isReadable = Buffer.from(text).equals(bytes) && !/[\p{C}\u2028\u2029]/u.test(text)
  return isReadable ? [`# ${name}: ${text}`, encoded] : [encoded]
}

/** SAFE-STRING of RFC 2849, but for control characters, and for a space at the end (its note 8). */
function isSafe(text: string): boolean {
  return /^(?:[!-9;=-~](?:[ -~]*[!-~])?)?$/u.test(text)
}

function baseName(attribute: string): string {
  return attribute.replace(/;.*/su, '').toLowerCase()
}

const LONGEST_LINE = 76

/** RFC 2849 note 2: a line goes on in the next one behind a space. Characters are kept whole. */
function fold(line: string): string {
  const characters = Array.from(line)
  const parts = [characters.slice(0, LONGEST_LINE).join('')]
  for (let at = LONGEST_LINE; at < characters.length; at += LONGEST_LINE - 1) {
    parts.push(characters.slice(at, at + LONGEST_LINE - 1).join(''))
  }
  return parts.join('\n ')
}
