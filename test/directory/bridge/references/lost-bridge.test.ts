import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type BridgeProcess, startBridge } from '../../../support/bridge-process.ts'
import { eventually } from '../../../support/eventually.ts'
import { exampleTree, type OpenldapServer } from '../../../support/openldap-server.ts'
import { startOpenldap } from '../../../support/openldap.ts'
import { ScimClient } from '../../../walkthrough/scim-client.ts'
import { LdapProxy, type RequestKind } from '../../adapter/ldap-proxy.ts'
import { directoryVariables, preset, runCli } from '../command-line/run-cli.ts'
import { GroupScene, type Person, placeholder } from '../groups/group-scene.ts'
import { addNote } from './add-note.ts'

const notesDn = 'cn=scim-brake,ou=services,dc=example,dc=org'
/** Nobody of the tests waits so long. */
const neverMs = 3_600_000
const soonMs = 150

/** Somebody with a group in which he is alone, and one who reports to him. */
interface Office {
  readonly boss: Person
  readonly group: string
  readonly groupDn: string
  readonly clerk: Person
  readonly newDn: string
}

async function remove(scim: ScimClient, { boss }: Office): Promise<unknown> {
  return await scim.delete(`/Users/${boss.id}`)
}

/** Longer than a bridge goes on looking whether a write that nobody answered is still made. */
const whileLateMs = 10_000

describe('What a bridge that is killed leaves undone, on an OpenLDAP without refint', function () {
  this.timeout(60_000)
  let server: OpenldapServer
  let scene: GroupScene
  let count = 0

  before(async function () {
    this.timeout(5 * 60_000)
    server = await startOpenldap({ overlays: ['memberof', 'unique', 'ppolicy'] })
    scene = await GroupScene.open(server)
  })

  afterEach(async () => {
    const left = await notes()
    if (left.length > 0) {
      await scene.admin.modify(notesDn, { operation: 'delete', type: 'description', values: left })
    }
  })

  after(async () => {
    await scene.close()
    await server.close()
  })

  async function startNoting(
    url: string,
    afterMs: number,
    more: Readonly<Record<string, string>> = {},
  ): Promise<BridgeProcess> {
    return await startBridge(server, {
      ...directoryVariables(server, scene.bridge.section),
      ...more,
      SCIM_DIRECTORY_URLS: url,
      SCIM_UPKEEP_ENTRY: notesDn,
      SCIM_UPKEEP_AFTER_MS: `${afterMs}`,
    })
  }

  /** What bridges have noted; the brake may count there, too. */
  async function notes(): Promise<readonly string[]> {
    const values = await scene.admin.values(notesDn, 'description')
    return values.filter((value) => value.startsWith('scim-upkeep '))
  }

  async function office(): Promise<Office> {
    count += 1
    const [boss] = (await scene.addPeople(`lost${count}x`, 1)) as [Person]
    const { people, groups } = scene.bridge.section
    const clerk = await scene.addEntry(`uid=lost-clerk-${count},${people}`, {
      objectClass: 'inetOrgPerson',
      cn: 'C',
      sn: 'C',
      manager: boss.dn,
    })
    const name = `Lost ${count}`
    const group = await scene.createGroup(name, [boss])
    const newDn = `uid=lost-anew-${count},${people}`
    return { boss, clerk, group, groupDn: `cn=${name},${groups}`, newDn }
  }

  /** Has a bridge send a request, and kills it when one of its operations has been lost on the way. */
  async function killAt(
    { kind, skip }: { readonly kind: RequestKind; readonly skip: number },
    send: (scim: ScimClient) => Promise<unknown>,
  ): Promise<void> {
    const proxy = await LdapProxy.start(server.url)
    const bridge = await startNoting(proxy.url, neverMs)
    try {
      const before = proxy.count(kind)
      proxy.next(kind, 'loseRequest', skip)
      const sent = send(new ScimClient(bridge.baseUrl, bridge.token)).catch(() => 'killed')
      await eventually(async () => assert.equal(proxy.count(kind), before + skip + 1))
      process.kill(bridge.pid, 'SIGKILL')
      assert.equal(await sent, 'killed')
    } finally {
      await bridge.stop()
      await proxy.close()
    }
  }

  /** Has another bridge look after what is left, until there is nothing left, and beyond. */
  async function lookAfter(work: (bridge: BridgeProcess) => Promise<void> | void): Promise<void> {
    const bridge = await startNoting(server.url, soonMs)
    try {
      await eventually(async () => assert.deepEqual(await notes(), []))
      await work(bridge)
    } finally {
      await bridge.stop()
    }
  }

  async function rename(scim: ScimClient, { boss }: Office): Promise<unknown> {
    const value = `lost-anew-${count}`
    const Operations = [{ op: 'replace', path: 'userName', value }]
    return await scim.patch(`/Users/${boss.id}`, { Operations })
  }

  async function stateOf({ group, clerk }: Office): Promise<unknown> {
    return {
      members: await scene.storedMembers(group),
      manager: (await scene.admin.values(clerk.dn, 'manager')).toSorted(),
    }
  }

  it('is finished by another one: who was deleted leaves groups and people', async () => {
    const what = await office()
    await killAt({ kind: 'modify', skip: 1 }, async (scim) => remove(scim, what))
    assert.equal(await scene.admin.read(what.boss.dn), undefined)
    assert.deepEqual(await stateOf(what), { members: [what.boss.dn], manager: [what.boss.dn] })
    assert.equal((await notes()).length, 1)
    await lookAfter(async (bridge) => {
      assert.deepEqual(await stateOf(what), { members: [placeholder], manager: [] })
      await eventually(async () => {
        assert.match(await bridge.log(), /"work of a lost bridge finished"/u)
      })
      const journal = await readFile(bridge.journalFile, 'utf8')
      assert.match(journal, /the bridge that found it left over/u)
      assert.match(journal, new RegExp(`dn: ${what.groupDn}`, 'u'))
    })
  })

  it('is finished by another one: the old name of who was renamed leaves groups and people', async () => {
    const what = await office()
    // The note, the group and the clerk come before the rename.
    await killAt({ kind: 'modify', skip: 3 }, async (scim) => rename(scim, what))
    const both = [what.boss.dn, what.newDn].toSorted()
    assert.deepEqual(await stateOf(what), { members: both, manager: both })
    await lookAfter(async () => {
      assert.deepEqual(await stateOf(what), { members: [what.newDn], manager: [what.newDn] })
      assert.deepEqual(await scene.shownMembers(what.group), [what.boss.id])
    })
  })

  it('is finished by another one: a name that nobody got leaves groups and people', async () => {
    const what = await office()
    await killAt({ kind: 'modifyDn', skip: 0 }, async (scim) => rename(scim, what))
    const both = [what.boss.dn, what.newDn].toSorted()
    assert.deepEqual(await stateOf(what), { members: both, manager: both })
    await lookAfter(async () => {
      assert.deepEqual(await stateOf(what), { members: [what.boss.dn], manager: [what.boss.dn] })
    })
  })

  it('takes nothing from somebody who has got the name since', async () => {
    const what = await office()
    await killAt({ kind: 'modify', skip: 1 }, async (scim) => remove(scim, what))
    await scene.addEntry(what.boss.dn, { objectClass: 'inetOrgPerson', cn: 'N', sn: 'N' })
    await lookAfter(async () => {
      assert.deepEqual(await stateOf(what), { members: [what.boss.dn], manager: [what.boss.dn] })
    })
  })

  it('takes out nobody but those of whom it is noted, and who are gone for certain', async () => {
    const what = await office()
    const { section } = scene.bridge
    const outOfSight = 'uid=bridge,ou=services,dc=example,dc=org'
    const elsewhere = 'uid=somebody,ou=nowhere,dc=example,dc=net'
    const unnoted = `uid=long-gone,${section.people}`
    const values = [outOfSight, elsewhere, unnoted]
    await scene.admin.modify(what.groupDn, { operation: 'add', type: 'member', values })
    const before = await stateOf(what)
    const names = [outOfSight, elsewhere, what.boss.dn, exampleTree.placeholder].flatMap((from) => [
      { attribute: 'members', from, to: outOfSight },
      { attribute: 'manager', from },
    ])
    await addNote(scene.admin, notesDn, { base: section.people, names })
    await lookAfter(async () => assert.deepEqual(await stateOf(what), before))
  })

  it('leaves the notes of other tenants alone, and what others have written there', async () => {
    const what = await office()
    const gone = `uid=gone-elsewhere,${scene.bridge.section.people}`
    const values = [gone]
    await scene.admin.modify(what.groupDn, { operation: 'add', type: 'member', values })
    const names = [{ attribute: 'members', from: gone }]
    await addNote(scene.admin, notesDn, { base: 'ou=people,o=acme', names })
    const odd = ['scim-upkeep {', 'scim-upkeep {"key":1}', 'scim-upkeep', 'of somebody else']
    await scene.admin.modify(notesDn, { operation: 'add', type: 'description', values: odd })
    const before = await scene.admin.values(notesDn, 'description')
    const own = await office()
    await killAt({ kind: 'modify', skip: 1 }, async (scim) => remove(scim, own))
    const bridge = await startNoting(server.url, soonMs)
    try {
      await eventually(async () => {
        assert.deepEqual(await scene.storedMembers(own.group), [placeholder])
        const after = await scene.admin.values(notesDn, 'description')
        assert.deepEqual(after.toSorted(), before.toSorted())
      })
      assert.deepEqual(await scene.storedMembers(what.group), [gone, what.boss.dn].toSorted())
    } finally {
      await bridge.stop()
      const rest = odd.filter((value) => !value.startsWith('scim-upkeep '))
      await scene.admin.modify(notesDn, { operation: 'delete', type: 'description', values: rest })
    }
  })

  it('cannot be noted in an entry that is not there, or has no such attribute: the check says so', async () => {
    const { section } = scene.bridge
    const wrong = [
      [{ SCIM_UPKEEP_ENTRY: `cn=nobody,${section.people}` }, 'upkeep.entry does not exist'],
      [
        { SCIM_UPKEEP_ENTRY: notesDn, SCIM_UPKEEP_ATTRIBUTE: 'title' },
        'upkeep.attribute no object class of upkeep.entry allows title',
      ],
    ] as const
    for (const [settings, problem] of wrong) {
      const variables = { ...directoryVariables(server, section), ...settings }
      const { code, complaints } = await runCli(['check', '--config', preset], variables)
      assert.equal(code, 78, complaints)
      assert.ok(complaints.includes(problem), complaints)
    }
  })

  it('is not noted where that is refused, and made all the same, which the log says', async () => {
    const [removed, renamed] = [await office(), await office()]
    const { people } = scene.bridge.section
    const bridge = await startBridge(server, {
      ...directoryVariables(server, scene.bridge.section),
      SCIM_UPKEEP_ENTRY: people.slice(people.indexOf(',') + 1),
    })
    try {
      const scim = new ScimClient(bridge.baseUrl, bridge.token)
      await rename(scim, renamed)
      await remove(scim, removed)
      assert.equal(await scene.admin.read(removed.boss.dn), undefined)
      const { newDn } = renamed
      assert.deepEqual(await stateOf(renamed), { members: [newDn], manager: [newDn] })
      await eventually(async () => {
        assert.match(await bridge.log(), /"rename or deletion not noted"/u)
      })
    } finally {
      await bridge.stop()
    }
  })

  it('is noted until it is done, where a bridge lives on that lost its directory in the middle', async () => {
    const what = await office()
    const proxy = await LdapProxy.start(server.url)
    const more = { SCIM_DIRECTORY_OPERATION_TIMEOUT_MS: '1500' }
    const bridge = await startNoting(proxy.url, neverMs, more)
    try {
      proxy.next('modify', 'loseRequest', 1)
      const sent = remove(new ScimClient(bridge.baseUrl, bridge.token), what)
      await eventually(async () => assert.equal(proxy.count('modify'), 2))
      assert.equal((await notes()).length, 1)
      await sent
      await eventually(async () => {
        assert.deepEqual(await stateOf(what), { members: [placeholder], manager: [] })
        assert.deepEqual(await notes(), [])
      }, whileLateMs)
    } finally {
      await bridge.stop()
      await proxy.close()
    }
  })

  it('is noted only as long as it takes', async () => {
    const [renamed, removed] = [await office(), await office()]
    const bridge = await startNoting(server.url, neverMs)
    try {
      const scim = new ScimClient(bridge.baseUrl, bridge.token)
      await rename(scim, renamed)
      await remove(scim, removed)
      assert.deepEqual(await notes(), [])
      assert.match(await readFile(bridge.journalFile, 'utf8'), /scim-upkeep /u)
    } finally {
      await bridge.stop()
    }
  })
})
