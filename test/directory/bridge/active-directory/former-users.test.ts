import assert from 'node:assert/strict'
import path from 'node:path'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { exampleDomain } from '../../../support/samba.ts'
import { sharedSamba } from '../../../support/shared-samba.ts'
import { directoryVariables, runCli } from '../command-line/run-cli.ts'
import { assertRefused, textIn } from '../groups/group-scene.ts'
import { describeDomain, DomainScene } from './domain-scene.ts'

const password = 'Corr3ct-horse'
const moving = { 'users.onDelete': 'move', 'users.deletedBase': exampleDomain.former }
const names = ['userPrincipalName', 'sAMAccountName'] as const

/** A body by which somebody is created again and again. */
function person(scene: DomainScene): JsonObject & { readonly userName: string } {
  const name = scene.unusedName()
  return { userName: `${name}@example.org`, displayName: `Ada ${name}`, password }
}

async function namesOf(scene: DomainScene, id: string): Promise<readonly (readonly string[])[]> {
  return await Promise.all(names.map(async (name) => await scene.stored(id, name)))
}

/** The sAMAccountName that an entry has which gave its own up. */
function madeOf(id: string): string {
  return id.replaceAll('-', '').slice(0, 20)
}

describeDomain('Users who are moved away in Active Directory', moving, (scene) => {
  const create = async (body: JsonObject): Promise<string> => {
    const created = await scene().bridge.scim.post('/Users', body)
    assert.equal(created.status, 201, created.text)
    return textIn(created.answer, 'id')
  }
  const remove = async (id: string): Promise<void> => {
    const deleted = await scene().bridge.scim.delete(`/Users/${id}`)
    assert.equal(deleted.status, 204, deleted.text)
    assert.equal((await scene().bridge.scim.get(`/Users/${id}`)).status, 404)
  }

  it('leave their names to those who come after them (RFC 7644 §3.6)', async () => {
    const body = person(scene())
    const [sAMAccountName = ''] = body.userName.split('@')
    const ids: string[] = []
    for (let time = 0; time < 3; time += 1) {
      const id = await create(body)
      assert.deepEqual(await namesOf(scene(), id), [[body.userName], [sAMAccountName]])
      assert.equal(await scene().admin.canBind(body.userName, password), true)
      await remove(id)
      ids.push(id)
    }
    assert.equal(new Set(ids).size, 3)
    for (const id of ids) {
      assert.deepEqual(await namesOf(scene(), id), [[], [madeOf(id)]])
      assert.deepEqual(await scene().stored(id, 'userAccountControl'), ['514'])
    }
    assert.equal(await scene().admin.canBind(body.userName, password), false)
  })

  it('lie side by side, whatever CN they had in common', async () => {
    const displayName = `Kim ${scene().unusedName()}`
    const one = await create({ ...person(scene()), displayName })
    await remove(one)
    const second = await create({ ...person(scene()), displayName })
    assert.deepEqual(await scene().stored(second, 'cn'), [displayName])
    await remove(second)
    assert.deepEqual(await scene().stored(one, 'distinguishedName'), [
      `CN=${displayName},${exampleDomain.former}`,
    ])
    assert.deepEqual(await scene().stored(second, 'distinguishedName'), [
      `CN=${displayName}-${second},${exampleDomain.former}`,
    ])
  })

  it('are shown in a preview and in the journal with the names that they give up', async () => {
    const body = person(scene())
    const id = await create(body)
    const [sAMAccountName = ''] = body.userName.split('@')
    const resource = `/Users/${id}`
    const planned = await scene().bridge.scim.send('DELETE', resource, {
      headers: { prefer: 'dry-run' },
    })
    const deleted = await scene().bridge.scim.delete(resource)
    const written = await scene().bridge.ldifOf(deleted.headers.get('x-request-id'))
    for (const text of [planned.text, written]) {
      const lines = [
        `delete: userPrincipalName\nuserPrincipalName: ${body.userName}`,
        `delete: sAMAccountName\nsAMAccountName: ${sAMAccountName}`,
        `add: sAMAccountName\nsAMAccountName: ${madeOf(id)}`,
        `newsuperior: ${exampleDomain.former}`,
      ]
      const places = lines.map((line) => text.indexOf(line))
      assert.ok(!places.includes(-1), text)
      assert.deepEqual(
        places.toSorted((one, two) => one - two),
        places,
      )
    }
  })

  it('are moved by another DELETE, or are as before by a PUT, where the bridge ended ahead of the move', async () => {
    for (const isMoved of [true, false]) {
      const body = person(scene())
      const id = await create(body)
      const before = await namesOf(scene(), id)
      await scene().store(id, 'userAccountControl', '514')
      // Samba takes no replacement by nothing.
      await scene().admin.modify(`<GUID=${id}>`, { operation: 'delete', type: 'userPrincipalName' })
      await scene().store(id, 'sAMAccountName', madeOf(id))
      if (isMoved) {
        await remove(id)
        assert.deepEqual(await namesOf(scene(), id), [[], [madeOf(id)]])
      } else {
        const put = await scene().bridge.scim.put(`/Users/${id}`, { ...body, active: true })
        assert.equal(put.status, 200, put.text)
        assert.equal(put.answer?.['active'], true)
        assert.deepEqual(await namesOf(scene(), id), before)
      }
    }
  })

  it('come back when an administrator gives them their names and moves them', async () => {
    const body = person(scene())
    const [sAMAccountName = ''] = body.userName.split('@')
    const id = await create(body)
    await remove(id)
    const back = `CN=${textIn(body, 'displayName')},${scene().bridge.section.people}`
    await scene().store(id, 'userPrincipalName', body.userName)
    await scene().store(id, 'sAMAccountName', sAMAccountName)
    const [from = ''] = await scene().stored(id, 'distinguishedName')
    await scene().admin.rename(from, back)
    const found = await scene().read(`/Users?filter=userName eq "${body.userName}"`)
    const [user] = found['Resources'] as readonly JsonObject[]
    assert.equal(textIn(user, 'id'), id)
    assert.equal(user?.['active'], false)
    const enabled = await scene().bridge.scim.put(`/Users/${id}`, { ...user, active: true })
    assert.equal(enabled.answer?.['active'], true, enabled.text)
    assert.equal(await scene().admin.canBind(body.userName, password), true)
    await remove(id)
    assert.deepEqual(await namesOf(scene(), id), [[], [madeOf(id)]])
  })
})

describe('Two users of one CN who are moved away in Active Directory at the same time', () => {
  let scene: DomainScene

  before(async () => {
    scene = await DomainScene.open(true, moving)
  })

  after(async () => await scene.close())

  it('both get there, the later one under its id, with what it gives up taken back in between', async () => {
    const { controller = assert.fail('there is no double') } = scene
    const body = person(scene)
    const id = await scene.userId(body)
    const held = controller.holdNext('modifyDn')
    const deleting = scene.bridge.scim.delete(`/Users/${id}`)
    await held.arrived
    const cn = textIn(body, 'displayName')
    await scene.admin.add(`CN=${cn},${exampleDomain.former}`, { objectClass: 'user' })
    held.letGo()
    const deleted = await deleting
    assert.equal(deleted.status, 204, deleted.text)
    assert.deepEqual(await scene.stored(id, 'distinguishedName'), [
      `CN=${cn}-${id},${exampleDomain.former}`,
    ])
    assert.deepEqual(await namesOf(scene, id), [[], [madeOf(id)]])
    const written = await scene.bridge.ldifOf(deleted.headers.get('x-request-id'))
    assert.equal(written.split('delete: userPrincipalName').length - 1, 2, written)
  })
})

const elsewhere = { ...moving, 'users.deletedBase': exampleDomain.secret }

describeDomain('A move that Active Directory refuses', elsewhere, (scene) => {
  it('leaves a user as he was, with his names', async () => {
    const body = person(scene())
    const id = await scene().userId(body)
    const group = await scene().group([id])
    const before = await namesOf(scene(), id)
    assertRefused(await scene().bridge.scim.delete(`/Users/${id}`), { status: 500 })
    assert.deepEqual(await namesOf(scene(), id), before)
    const { active } = await scene().read(`/Users/${id}`)
    assert.equal(active, true)
    assert.equal(await scene().admin.canBind(body.userName, password), true)
    assert.deepEqual(await scene().memberIds(group), [id])
  })
})

const keeping = { ...moving, 'users.givesUp': '[]' }

describeDomain('Users who are moved away with their names', keeping, (scene) => {
  it('keep them from those who come after them', async () => {
    const body = person(scene())
    const id = await scene().userId(body)
    assert.equal((await scene().bridge.scim.delete(`/Users/${id}`)).status, 204)
    assertRefused(await scene().bridge.scim.post('/Users', body), {
      status: 409,
      scimType: 'uniqueness',
      detail: /in use already/,
    })
  })

  it('are what `check` warns of', async () => {
    const { bridge } = scene()
    const samba = sharedSamba()
    const file = path.resolve(import.meta.dirname, '../../../../config/active-directory.yaml')
    const { code, out, complaints } = await runCli(['check', '--config', file], {
      ...directoryVariables({ ...samba, url: samba.ldapsUrl }, bridge.section),
      SCIM_DIRECTORY_TLS_CA_FILE: samba.caFile,
      SCIM_USERS_ON_DELETE: 'move',
      SCIM_USERS_DELETED_BASE: exampleDomain.former,
      SCIM_USERS_GIVES_UP: '[userPrincipalName]',
    })
    assert.equal(code, 0, complaints)
    assert.match(out, /users\.givesUp does not name sAMAccountName, which .* once: /u)
    assert.doesNotMatch(out, /name userPrincipalName/u)
  })
})
