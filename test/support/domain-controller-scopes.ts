import { dnKey } from '../../src/mapping/reference.ts'

/** How far a group reaches. MS-ADTS 2.2.12 */
type Scope = 'global' | 'local' | 'universal'

/** A group as far as its members depend on it. */
interface Group {
  readonly scope: Scope
  readonly isSecurity: boolean
}

/** The attributes that a write gives values, by their names in lower case. */
type Written = ReadonlyMap<string, readonly Buffer[]>

/** What a group of a scope cannot hold, by the scope of the member, and the Win32 code that says so. MS-SAMR 3.1.1.8.9,
 *  MS-ERREF 2.2 */
const unfit: Readonly<Record<Scope, Partial<Record<Scope, string>>>> = {
  global: { local: '00002144', universal: '00002145' },
  universal: { local: '00002146' },
  local: {},
}

/** What security groups of a mixed domain cannot hold beside that. */
const unfitInMixed: Readonly<Record<Scope, Partial<Record<Scope, string>>>> = {
  global: { global: '00002142' },
  universal: {},
  local: { local: '00002143' },
}

/** The groups that were created through the double, and which of them may hold which: Samba lets each hold all. */
export class GroupScopes {
  readonly #isMixed: boolean
  readonly #groups = new Map<string, Group>()

  /** @param isMixed whether the domain still has controllers of Windows NT. */
  constructor(isMixed: boolean) {
    this.#isMixed = isMixed
  }

  /** Learns by what address a group is known. */
  see(dn: string, guid: string): void {
    const group = this.#groups.get(dnKey(dn))
    if (group !== undefined) this.#groups.set(addressOf(guid), group)
  }

  /** Notes what a write says of the scope of a group.
   *  @param target the DN of the group, or its address by GUID.
   *  @returns the Win32 code of what the group cannot hold of what the write puts into it. */
  refusalOf(target: string, isAdd: boolean, written: Written): string | undefined {
    const own = keyOf(target)
    this.#note(own, isAdd, written)
    const group = this.#groups.get(own)
    if (group === undefined) return undefined
    const members = (written.get('member') ?? []).map((value) =>
      this.#groups.get(keyOf(String(value))),
    )
    return members.flatMap((member) => this.#codeFor(group, member) ?? [])[0]
  }

  #note(own: string, isAdd: boolean, written: Written): void {
    const isGroup = (written.get('objectclass') ?? []).some((value) => String(value) === 'group')
    const [given] = written.get('grouptype') ?? []
    if (given === undefined && !(isAdd && isGroup)) return
    this.#groups.set(own, groupOf(Number(String(given ?? globalSecurity))))
  }

  #codeFor(group: Group, member: Group | undefined): string | undefined {
    if (member === undefined) return undefined
    const ofMixed = this.#isMixed && group.isSecurity ? unfitInMixed : undefined
    return unfit[group.scope][member.scope] ?? ofMixed?.[group.scope][member.scope]
  }
}

const [globalFlag, localFlag, securityFlag] = [0x2, 0x4, 0x80000000]

/** What a group is whose creation does not say so. */
const globalSecurity = -2147483646

function groupOf(type: number): Group {
  const scope =
    (type & globalFlag) !== 0 ? 'global' : (type & localFlag) !== 0 ? 'local' : 'universal'
  return { scope, isSecurity: (type & securityFlag) !== 0 }
}

function addressOf(guid: string): string {
  return `<guid=${guid}>`
}

function keyOf(target: string): string {
  return target.startsWith('<') ? target.toLowerCase() : dnKey(target)
}
