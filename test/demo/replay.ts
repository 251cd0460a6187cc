import { readFile } from 'node:fs/promises'
import type { JournalRecord } from '../../src/journal/record.ts'
import { groupDialects, OneLogin } from '../walkthrough/onelogin.ts'
import { type Exchange, ScimClient } from '../walkthrough/scim-client.ts'
import { type DirectoryView, walkthrough } from '../walkthrough/walkthrough.ts'

/** A bridge to replay the walk-through against. */
export interface ReplayTarget {
  readonly baseUrl: string
  readonly token: string
  /** Its journal, where it can be read; it says which LDIF a request became. */
  readonly journalFile?: string
  readonly directory?: DirectoryView
  readonly say: (text: string) => void
}

/** Replays the walk-through, and prints each request with the LDIF it became. The first step that does not hold ends it.
 *  @returns whether every step held. */
export async function replay(target: ReplayTarget): Promise<boolean> {
  const { baseUrl, token, directory, say } = target
  const tell = async (exchange: Exchange): Promise<void> => {
    say(formatExchange(exchange))
    const ldif = await ldifOf(target, exchange.headers.get('x-request-id') ?? '')
    if (ldif !== '') say(indent(ldif, '    | '))
  }
  const [dialect] = groupDialects
  if (dialect === undefined) throw new Error('there is no dialect')
  const onelogin = new OneLogin(new ScimClient(baseUrl, token, tell), 'word', dialect)
  const context = {
    onelogin,
    existingGroup: 'VPN Users',
    ids: new Map<string, string>(),
    ...(directory === undefined ? {} : { directory }),
  }
  for (const [index, { title, run }] of walkthrough.entries()) {
    say(`${index + 1}. ${title}`)
    try {
      await run(context)
      say('   holds\n')
    } catch (error) {
      say(`   DOES NOT HOLD: ${error instanceof Error ? error.message : String(error)}`)
      return false
    }
  }
  say(`All ${walkthrough.length} steps of the walk-through hold.`)
  return true
}

function formatExchange({ method, path, body, status }: Exchange): string {
  const request = body === undefined ? '' : ` ${JSON.stringify(body)}`
  return `   ${method} ${decodeURIComponent(path)}${request} -> ${status}`
}

async function ldifOf({ journalFile }: ReplayTarget, requestId: string): Promise<string> {
  if (journalFile === undefined) return ''
  const lines = await readFile(journalFile, 'utf8').catch(() => '')
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalRecord)
    .flatMap((record) =>
      record.kind === 'intent' && record.requestId === requestId ? [record.ldif] : [],
    )
    .map((ldif) => ldif.trim())
    .join('\n\n')
}

function indent(text: string, margin: string): string {
  return text
    .split('\n')
    .map((line) => `${margin}${line}`)
    .join('\n')
}
