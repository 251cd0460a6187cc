import { BerReader } from 'ldapts'
import type { Entry } from '../../src/directory/entry.ts'
import { content, decodeMessage } from '../../src/directory/message-decoding.ts'
import { entryMessage, resultMessage } from '../directory/connection/ldap-messages.ts'

/** The limits of a domain controller by their names. MS-ADTS 3.1.1.3.4.6 */
export interface Limits {
  /** How many entries a search without paging gives. */
  readonly maxPageSize: number
  /** How many values of an attribute an answer gives. */
  readonly maxValRange: number
}

/** What they are unless an administrator changes them. */
export const usualLimits: Limits = { maxPageSize: 1000, maxValRange: 1500 }

const pagedResults = '1.2.840.113556.1.4.319'
const tags = { search: 0x63, searchDone: 0x65 } as const

/** A request that is under way. */
export interface Asked {
  readonly tag: number
  /** How many entries may come; none: any number, as a page says how many. */
  readonly limit: number | undefined
  /** Whether it is about a group, as far as it says. */
  readonly isGroup: boolean
  count: number
}

/** What Active Directory does not give away in one answer. */
export class ConversationLimits {
  readonly #limits: Limits

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** @param bytes the whole message. */
  ask(bytes: Buffer, tag: number): Asked {
    const isGroup =
      bytes.includes('objectClass') && bytes.includes(Buffer.from('\u0004\u0005group'))
    const limit =
      tag === tags.search && !bytes.includes(pagedResults) ? this.#limitOf(bytes) : undefined
    return { tag, limit, isGroup, count: 0 }
  }

  /** The messages in place of one of Samba's. */
  answer(bytes: Buffer, asked: Asked): readonly Buffer[] {
    if (asked.tag !== tags.search) return [bytes]
    const message = decodeMessage(bytes)
    const { limit = Infinity } = asked
    if (message.kind === 'entry') {
      asked.count += 1
      if (asked.count > limit) return []
      const { entry, controls } = message.found
      return this.#isLarge(entry)
        ? [entryMessage(message.messageId, entry.dn, this.#attributesOf(entry), controls)]
        : [bytes]
    }
    if (message.kind === 'result' && asked.count > limit) {
      return [resultMessage(message.messageId, tags.searchDone, { code: 4 })]
    }
    return [bytes]
  }

  #limitOf(bytes: Buffer): number {
    const sizeLimit = sizeLimitOf(bytes)
    const { maxPageSize } = this.#limits
    return sizeLimit === 0 ? maxPageSize : Math.min(sizeLimit, maxPageSize)
  }

  #isLarge(entry: Entry): boolean {
    return entry.names.some((name) => entry.bytes(name).length > this.#limits.maxValRange)
  }

  /** The attributes with no more values than may be told: `member;range=0-1499` beside an empty `member`. MS-ADTS
   *  3.1.1.3.1.3.3 */
  #attributesOf(entry: Entry): Readonly<Record<string, readonly Buffer[]>> {
    const { maxValRange } = this.#limits
    const list = entry.names.flatMap((name): (readonly [string, readonly Buffer[]])[] => {
      const values = entry.bytes(name)
      if (values.length <= maxValRange) return [[name, values]]
      const [, attribute = name, first = '0'] = rangeForm.exec(name) ?? []
      const start = Number(first)
      const part = `${attribute};range=${start}-${start + maxValRange - 1}`
      const empty = attribute === name ? [[name, []] as const] : []
      return [...empty, [part, values.slice(0, maxValRange)]]
    })
    return Object.fromEntries(list)
  }
}

const rangeForm = /^(.+);range=(\d+)-/

function sizeLimitOf(bytes: Buffer): number {
  const message = new BerReader(content(new BerReader(bytes), 0x30))
  message.readInt()
  const search = new BerReader(content(message, tags.search))
  search.readString() // base
  search.readEnumeration() // scope
  search.readEnumeration() // aliases
  return search.readInt() ?? 0
}
