import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { AdminClient } from '../../../support/admin-client.ts'
import { eventually } from '../../../support/eventually.ts'

/** What a note says, with names as odd as a test wants them. */
interface Noted {
  readonly base: string
  readonly names: readonly {
    readonly attribute: string
    readonly from: string
    readonly to?: string
  }[]
}

/** Notes something as a bridge would that is lost then. */
export async function addNote(admin: AdminClient, entry: string, noted: Noted): Promise<void> {
  const note = { key: randomUUID(), requestId: 'r', ...noted }
  const values = [`scim-upkeep ${JSON.stringify(note)}`]
  await admin.modify(entry, { operation: 'add', type: 'description', values })
}

/** Does the same in an entry that has no other notes, and returns when somebody has worked it off. */
export async function haveNoteWorkedOff(
  admin: AdminClient,
  entry: string,
  noted: Noted,
): Promise<void> {
  await addNote(admin, entry, noted)
  await eventually(async () => assert.deepEqual(await admin.values(entry, 'description'), []))
}
