import assert from 'node:assert/strict'
import { Connection } from '../../../src/directory/connection.ts'
import { covers, readReplicationState } from '../../../src/directory/replication-state.ts'
import { start389ds } from '../../support/389ds.ts'
import { AdminClient } from '../../support/admin-client.ts'
import type { DirectoryServer } from '../../support/directory-server.ts'
import { exampleTree } from '../../support/openldap-server.ts'
import { optionsFor } from '../connection/connection-fixture.ts'

const startLimitMs = 5 * 60_000

describe('How far a 389 Directory Server has come with replication', () => {
  let server: DirectoryServer
  let admin: AdminClient
  let connection: Connection

  before(async function () {
    this.timeout(startLimitMs)
    server = await start389ds()
    admin = new AdminClient(server)
    const different = { credentials: server.bridge, allowCleartext: true }
    connection = await Connection.open(optionsFor(server.url, different))
  })

  after(async () => {
    connection.close()
    await server.close()
  })

  async function changeSomething(word: string): Promise<void> {
    const change = { operation: 'replace', type: 'description', values: [word] } as const
    await admin.modify(exampleTree.people, change)
  }

  it('is not told where nothing is replicated, nor to those who may not read it', async () => {
    assert.equal((await readReplicationState(connection)).changes.size, 0)
    await admin.add(`cn=replica,cn="${exampleTree.suffix}",cn=mapping tree,cn=config`, {
      objectClass: ['nsds5replica', 'extensibleObject'],
      cn: 'replica',
      nsDS5ReplicaRoot: exampleTree.suffix,
      nsDS5ReplicaId: '7',
      nsDS5ReplicaType: '3',
      nsDS5Flags: '1',
    })
    assert.equal((await readReplicationState(connection)).changes.size, 0)
  })

  it('is told to those who may, and moves on with each change', async () => {
    const isAllowed = `allow (read,search) userdn="ldap:///${server.bridge.dn}"`
    const rights = [
      [
        exampleTree.suffix,
        `(targetattr="objectClass || nsUniqueId")(targetfilter="(nsUniqueId=ffffffff-ffffffff-ffffffff-ffffffff)")(version 3.0; acl "the bridge finds the update vector"; ${isAllowed};)`,
      ],
      [
        'cn=mapping tree,cn=config',
        `(targetattr="nsds50ruv")(version 3.0; acl "the bridge reads the update vector"; ${isAllowed};)`,
      ],
    ] as const
    for (const [dn, aci] of rights) {
      await admin.modify(dn, { operation: 'add', type: 'aci', values: [aci] })
    }
    // Nothing is told of what nobody has changed yet.
    await changeSomething('once')
    const { changes: before } = await readReplicationState(connection)
    assert.equal(before.size, 1)
    await changeSomething('again')
    const { changes: behind } = await readReplicationState(connection)
    assert.equal(covers(behind, before), true)
    assert.equal(covers(before, behind), false)
  })
})
