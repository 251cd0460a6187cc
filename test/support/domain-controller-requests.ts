import assert from 'node:assert/strict'
import { BerReader } from 'ldapts'
import type { Entry } from '../../src/directory/entry.ts'
import { content } from '../../src/directory/message-decoding.ts'
import { identityFor } from '../../src/mapping/identity.ts'
import { resultMessage } from '../directory/connection/ldap-messages.ts'
import type { GroupScopes } from './domain-controller-scopes.ts'

const tags = { add: 0x68, modify: 0x66 } as const
const [sequence, set, octets] = [0x30, 0x31, 0x04]

/** The attributes that a write gives values, by their names in lower case. */
type Written = ReadonlyMap<string, readonly Buffer[]>

/** Who was created without a password, by DN and, once an entry was seen, by GUID address, both in lower case. */
class Passwordless {
  readonly #names = new Set<string>()

  /** Learns by what address an entry is known. */
  see(dn: string, guid: string): void {
    if (this.#names.has(dn.toLowerCase())) this.#names.add(`<guid=${guid}>`)
  }

  /** Notes what a write does to the passwords of an entry; whether it has none then. */
  after(dn: string, isAdd: boolean, written: Written): boolean {
    const name = dn.toLowerCase()
    if (written.has('unicodepwd')) this.#names.delete(name)
    else if (isAdd) this.#names.add(name)
    return this.#names.has(name)
  }
}

/** What the double has learned of the entries of the domain. */
export class Learned {
  readonly passwordless = new Passwordless()
  readonly scopes: GroupScopes

  constructor(scopes: GroupScopes) {
    this.scopes = scopes
  }

  /** Learns by what address an entry is known. */
  see(entry: Entry): void {
    const [value] = entry.bytes('objectGUID')
    if (value === undefined) return
    this.passwordless.see(entry.dn, toId(value))
    this.scopes.see(entry.dn, toId(value))
  }
}

const { toId } = identityFor('activeDirectory') ?? assert.fail('Active Directory is not served')

/** What Active Directory answers at once to what Samba would do; nothing when it would do it, too. */
export function refusalOf(
  { messageId, tag }: { readonly messageId: number; readonly tag: number },
  bytes: Buffer,
  { passwordless, scopes }: Learned,
): Buffer | undefined {
  if (tag !== tags.add && tag !== tags.modify) return undefined
  const message = new BerReader(content(new BerReader(bytes), sequence))
  message.readInt()
  const request = new BerReader(content(message, tag))
  const dn = content(request, octets).toString()
  const written = tag === tags.add ? added(request) : modified(request)
  const isWithout = passwordless.after(dn, tag === tags.add, written)
  const unfit = scopes.refusalOf(dn, tag === tags.add, written)
  const refused =
    refused80(written) ??
    (isWithout ? refused53(written) : undefined) ??
    (unfit === undefined ? undefined : willNotPerform(unfit))
  return refused === undefined ? undefined : resultMessage(messageId, tag + 1, refused)
}

interface Refusal {
  readonly code: number
  readonly text: string
}

/** A logon name of a person has at most 20 characters; of a group, 256. MS-SAMR 3.1.1.6 */
function refused80(written: Written): Refusal | undefined {
  const isGroup = (written.get('objectclass') ?? []).some((value) => String(value) === 'group')
  const isLong = (written.get('samaccountname') ?? []).some((value) => String(value).length > 20)
  if (isGroup || !isLong) return undefined
  return {
    code: 80,
    text: '00000523: SysErr: DSID-031A1256, problem 22 (Invalid argument), data 0',
  }
}

const [disabled, passwordNotRequired] = [0x2, 0x20]

/** Nobody is enabled without a password, unless none is demanded. */
function refused53(written: Written): Refusal | undefined {
  const [control] = written.get('useraccountcontrol') ?? []
  const flags = Number(String(control ?? disabled))
  if ((flags & (disabled | passwordNotRequired)) !== 0) return undefined
  return willNotPerform('0000052D')
}

function willNotPerform(win32: string): Refusal {
  return {
    code: 53,
    text: `${win32}: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0`,
  }
}

function added(request: BerReader): Written {
  return attributesOf(new BerReader(content(request, sequence)))
}

function modified(request: BerReader): Written {
  const changes = new BerReader(content(request, sequence))
  const written = new Map<string, readonly Buffer[]>()
  while (changes.remain > 0) {
    const change = new BerReader(content(changes, sequence))
    const isDelete = change.readEnumeration() === 1
    for (const [name, values] of attributesOf(change)) {
      if (!isDelete) written.set(name, [...(written.get(name) ?? []), ...values])
    }
  }
  return written
}

function attributesOf(list: BerReader): Written {
  const written = new Map<string, readonly Buffer[]>()
  while (list.remain > 0) {
    const attribute = new BerReader(content(list, sequence))
    const name = content(attribute, octets).toString().toLowerCase()
    const values = new BerReader(content(attribute, set))
    const found: Buffer[] = []
    while (values.remain > 0) found.push(content(values, octets))
    written.set(name, found)
  }
  return written
}
