import assert from 'node:assert/strict'
import { readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { JournalRecord } from '../../../../src/journal/record.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts'
import { certificateForNobody, certificatesMap } from '../users-map.ts'

describe('The journal of a bridge in front of an OpenLDAP', () => {
  let folder: TemporaryFolder
  let file: string
  let bridge: TestBridge

  beforeEach(async () => {
    folder = await temporaryFolder('journal')
    file = path.join(folder.path, 'journal.jsonl')
    bridge = await openTestBridge(sharedOpenldap(), {
      'journal.file': file,
      'journal.sync': 'true',
      ...certificatesMap,
    })
  })

  afterEach(async () => {
    await bridge.close()
    await folder.remove()
  })

  async function records(from = file): Promise<readonly JournalRecord[]> {
    const lines = (await readFile(from, 'utf8')).trim().split('\n')
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as JournalRecord)
  }

  it('has an intent and an outcome for every write, with who asked, from where and for what', async () => {
    const created = await bridge.scim.send('POST', '/Users', {
      body: { userName: 'jo', name: { familyName: 'J' }, password: 'Secr3t-of-Jo' },
      headers: { 'x-request-id': 'request-1' },
    })
    assert.equal(created.status, 201, created.text)
    const [intent, outcome, ...more] = await records()
    assert.deepEqual(more, [])
    assert.ok(intent?.kind === 'intent' && outcome?.kind === 'outcome')
    assert.equal(intent.requestId, 'request-1')
    assert.equal(intent.actor, 'test')
    assert.equal(intent.clientAddress, '127.0.0.1')
    assert.equal(intent.method, 'POST')
    assert.equal(intent.path, '/scim/v2/Users')
    assert.match(intent.ldif, new RegExp(`dn: uid=jo,${bridge.section.people}\n`))
    assert.equal(outcome.writeId, intent.writeId)
    assert.equal(outcome.requestId, 'request-1')
    assert.equal(outcome.outcome, 'succeeded')
    assert.doesNotMatch(await readFile(file, 'utf8'), /Secr3t|sdb_|Bearer/)
    assert.equal((await stat(file)).mode & 0o077, 0)
  })

  it('tells of a write that the directory refused', async () => {
    await bridge.scim.post('/Groups', { displayName: 'Once' })
    // It is no group, so that only the directory knows that the name is taken.
    const admin = new AdminClient(sharedOpenldap())
    await admin.add(`cn=Taken,${bridge.section.groups}`, { objectClass: 'device', cn: 'Taken' })
    assert.equal((await bridge.scim.post('/Groups', { displayName: 'Taken' })).status, 409)
    const outcomes = (await records()).filter((record) => record.kind === 'outcome')
    assert.deepEqual(
      outcomes.map(({ outcome, failure, resultCode }) => [outcome, failure, resultCode]),
      [
        ['succeeded', undefined, undefined],
        ['failed', 'alreadyExists', 68],
      ],
    )
  })

  it('has what was sent to take back a rename whose change behind it was refused', async () => {
    const { answer } = await bridge.scim.post('/Users', {
      userName: 'before',
      name: { familyName: 'B' },
    })
    const refused = await bridge.scim.patch(`/Users/${answer?.['id'] as string}`, {
      Operations: [
        { op: 'replace', value: { userName: 'after', x509Certificates: [certificateForNobody] } },
      ],
    })
    assert.equal(refused.status, 400, refused.text)
    const outcome = (await records()).findLast((record) => record.kind === 'outcome')
    const { people } = bridge.section
    assert.deepEqual(
      [outcome?.outcome, outcome?.failure, outcome?.operationIndex, outcome?.isPartial],
      ['failed', 'invalidValue', 1, undefined],
    )
    assert.deepEqual(outcome?.takeBacks, [
      {
        ldif: [
          `version: 1\n\ndn: uid=after,${people}`,
          'changetype: modrdn\nnewrdn: uid=before\ndeleteoldrdn: 1\n',
        ].join('\n'),
        outcome: 'succeeded',
      },
    ])
    const admin = new AdminClient(sharedOpenldap())
    assert.deepEqual(await admin.values(`uid=before,${people}`, 'uid'), ['before'])
  })

  it('has nothing of reads, of dry runs, of refused requests and of writes that change nothing', async () => {
    await bridge.scim.post('/Groups', { displayName: 'Quiet' })
    const before = (await records()).length
    const { answer } = await bridge.scim.get('/Groups')
    const [group] = (answer?.['Resources'] ?? []) as { id: string }[]
    const target = `/Groups/${group?.id ?? ''}`
    await bridge.scim.put(target, { displayName: 'Quiet' })
    await bridge.scim.send('DELETE', target, { headers: { prefer: 'dry-run' } })
    await bridge.scim.patch(target, { Operations: [{ op: 'add', path: 'colour', value: 1 }] })
    assert.equal((await records()).length, before)
  })

  it('is begun anew when its file was moved away, without a record lost', async () => {
    await bridge.scim.post('/Groups', { displayName: 'Before' })
    await rename(file, `${file}.1`)
    await bridge.scim.post('/Groups', { displayName: 'After' })
    assert.equal((await records(`${file}.1`)).length, 2)
    assert.match((await records()).map((record) => JSON.stringify(record)).join(''), /cn=After/)
  })

  it('that cannot be written any more keeps the bridge from writing: 503, nothing sent, the reason logged', async () => {
    await bridge.scim.post('/Groups', { displayName: 'Kept' })
    // Its folder is gone: no file can be begun there.
    await rm(folder.path, { recursive: true })
    const refused = await bridge.scim.post('/Groups', { displayName: 'Unrecorded' })
    assert.equal(refused.status, 503, refused.text)
    assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/)
    const found = await bridge.scim.get('/Groups?filter=displayName eq "Unrecorded"')
    assert.equal(found.answer?.['totalResults'], 0)
    assert.equal((await bridge.scim.get('/Groups')).status, 200)
    const failed = bridge.events.find(({ message }) => message === 'request failed')
    assert.ok(failed?.error instanceof Error && failed.error.cause instanceof Error)
    assert.match(failed.error.cause.message, /journal cannot record/)
  })
})
