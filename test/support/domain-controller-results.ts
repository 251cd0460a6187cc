import { decodeMessage, type LdapMessage } from '../../src/directory/message-decoding.ts'
import type { LdapResult } from '../../src/directory/result.ts'
import { entryMessage, resultMessage } from '../directory/connection/ldap-messages.ts'

/** How Active Directory says what Samba says in another way; `$1` of the text is what Samba named. */
interface Rendering {
  readonly when: { readonly code: number; readonly text: RegExp }
  readonly code: number
  readonly text: string | ((isGroup: boolean) => string)
}

const exists = 'UpdErr: DSID-031A11E2, problem 6005 (ENTRY_EXISTS), data 0'
const willNotPerform = 'SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0'
const attributeError = (win32: string, what: string) =>
  `${win32}: AtrErr: DSID-03191083, #1:\n\t0: ${win32}: DSID-03191083, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, ${what}`

/** As documented, or as met in the field: see the sources of each code. */
const renderings: readonly Rendering[] = [
  { when: { code: 68, text: /^Entry / }, code: 68, text: `00002071: ${exists}` },
  {
    when: { code: 68, text: /^00002071: samldb: samAccountName/i },
    code: 68,
    text: (isGroup) => `${isGroup ? '00000526' : '00000524'}: ${exists}`,
  },
  {
    when: { code: 19, text: /^0000202F: samldb: userPrincipalName/ },
    code: 19,
    text: attributeError('000021C8', 'Att 90290 (userPrincipalName)'),
  },
  {
    when: { code: 19, text: /^0000202F: samldb: sAMAccountName/ },
    code: 80,
    text: '00000523: SysErr: DSID-031A1256, problem 22 (Invalid argument), data 0',
  },
  { when: { code: 19, text: /^0000052D/ }, code: 53, text: `0000052D: ${willNotPerform}` },
  {
    when: { code: 21, text: /^0000200B: .*attribute '([^']+)'/ },
    code: 19,
    text: attributeError('00002082', 'Att c ($1):len 258'),
  },
  {
    when: { code: 20, text: /^0000200D: SINGLE-VALUE attribute (\S+)/ },
    code: 19,
    text: attributeError('00002081', 'Att c ($1)'),
  },
  {
    when: { code: 19, text: /^0000202F: SINGLE-VALUE attribute (\S+)/ },
    code: 19,
    text: attributeError('00002081', 'Att c ($1)'),
  },
  {
    when: { code: 68, text: /^Attribute member already exists/ },
    code: 68,
    text: `00000562: ${exists}`,
  },
  {
    when: { code: 53, text: /^Attribute member (?:doesn't exist|already deleted)/ },
    code: 53,
    text: `00000561: ${willNotPerform}`,
  },
  {
    when: { code: 53, text: /^00002035: Unable to find GUID for DN/ },
    code: 53,
    text: `00000561: ${willNotPerform}`,
  },
  {
    when: { code: 19, text: /^0000202F: .*attribute '([^']+)'.* as system/s },
    code: 19,
    text: attributeError('000020B1', 'Att c ($1)'),
  },
  {
    when: { code: 32, text: /^00000525/ },
    code: 32,
    text: '0000208D: NameErr: DSID-03100238, problem 2001 (NO_OBJECT), data 0, best match of:\n',
  },
  {
    when: { code: 16, text: /^0000200A/ },
    code: 16,
    text: '00000057: LdapErr: DSID-0C090E17, comment: Error in attribute conversion operation, data 0, v4563',
  },
]

const resultTags: readonly number[] = [0x67, 0x69, 0x6b, 0x6d]

/** A message of Samba as Active Directory would send it.
 *  @param isGroup whether the request was about a group. */
export function asActiveDirectory(bytes: Buffer, isGroup: boolean): Buffer {
  const message = decodeMessage(bytes)
  if (message.kind === 'entry') return withoutVendor(message) ?? bytes
  if (message.kind !== 'result' || !resultTags.includes(message.protocolOperation)) return bytes
  const { messageId, protocolOperation, result } = message
  const rendering = renderings.find(({ when }) => fits(when, result))
  if (rendering === undefined) return bytes
  const form = typeof rendering.text === 'string' ? rendering.text : rendering.text(isGroup)
  const named = rendering.when.text.exec(result.diagnosticMessage)?.[1] ?? ''
  return resultMessage(messageId, protocolOperation, {
    code: rendering.code,
    text: form.replace('$1', named),
  })
}

/** The rootDSE, in which Active Directory names no vendor; nothing for other entries. */
function withoutVendor({
  messageId,
  found,
}: Extract<LdapMessage, { kind: 'entry' }>): Buffer | undefined {
  const { entry, controls } = found
  if (entry.dn !== '' || !entry.has('vendorName')) return undefined
  const kept = entry.names.filter((name) => !/^vendor/i.test(name))
  const attributes = kept.map((name) => [name, entry.bytes(name)] as const)
  return entryMessage(messageId, entry.dn, Object.fromEntries(attributes), controls)
}

function fits({ code, text }: Rendering['when'], result: LdapResult): boolean {
  return result.code === code && text.test(result.diagnosticMessage)
}
