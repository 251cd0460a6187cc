import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { certificateForNobody, certificatesMap } from '../users-map.ts'
import { enterprise, sceneFor, type ShownUser } from './scene.ts'

describe('An entry that others have created below the base', () => {
  const scene = sceneFor(certificatesMap)

  it('is found by its userName and taken over by PUT, as OneLogin does', async () => {
    const name = scene().unusedName()
    const dn = await scene().entry(`uid=${name}`, { description: 'made by hand' })
    const [found] = await scene().find(`userName eq "${name}"`)
    assert.equal(found?.id, await scene().idOf(dn))
    const put = await scene().bridge.scim.put(`/Users/${found.id}`, {
      userName: name,
      externalId: '4711',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      [enterprise]: { department: 'Analysis' },
    })
    assert.equal(put.status, 200, put.text)
    assert.equal(put.answer?.['externalId'], '4711')
    const { attributes } = (await scene().admin.read(dn, ['*'])) ?? { attributes: {} }
    assert.deepEqual(attributes, {
      objectClass: ['inetOrgPerson', 'scimResource'],
      uid: [name],
      cn: ['Ada Lovelace'],
      sn: ['Lovelace'],
      givenName: ['Ada'],
      departmentNumber: ['Analysis'],
      description: ['made by hand'],
      scimExternalId: ['4711'],
    })
  })

  it('shows both parts of a name, which OneLogin demands, also where it has none, and they are not written', async () => {
    const name = scene().unusedName()
    const dn = await scene().entry(`uid=${name}`, { cn: 'Grace Hopper', sn: 'Hopper' })
    const id = await scene().idOf(dn)
    const shown = await scene().get(id)
    assert.deepEqual(shown['name'], {
      formatted: 'Grace Hopper',
      familyName: 'Hopper',
      givenName: 'Grace Hopper',
    })
    const put = await scene().bridge.scim.put(`/Users/${id}`, shown)
    assert.equal(await scene().sent(put), '')
    assert.deepEqual(await scene().admin.values(dn, 'givenName'), [])
  })

  it('that is named by cn keeps that name when its userName changes, which is a plain modify', async () => {
    const [was, is] = [scene().unusedName(), scene().unusedName()]
    const dn = await scene().entry(`cn=Grace ${was}`, { cn: `Grace ${was}`, uid: was })
    const id = await scene().idOf(dn)
    const put = await scene().bridge.scim.put(`/Users/${id}`, {
      ...(await scene().get(id)),
      userName: is,
    })
    assert.equal(put.status, 200, put.text)
    assert.equal(put.answer?.['userName'], is)
    assert.equal(await scene().dnOf(id), dn)
    assert.deepEqual(
      (await scene().sent(put)).split('\n').slice(1),
      [
        ['changetype: modify', 'delete: uid', `uid: ${was}`, '-', 'add: uid', `uid: ${is}`, '-'],
      ].flat(),
    )
  })

  it('that is named by cn is renamed when the attribute behind cn changes', async () => {
    const name = scene().unusedName()
    const dn = await scene().entry(`cn=Grace ${name}`, {
      cn: [`Grace ${name}`, 'Amazing Grace'],
      uid: name,
    })
    const id = await scene().idOf(dn)
    const changed = await scene().patch(id, {
      op: 'replace',
      value: { 'name.formatted': `Hopper, ${name}`, title: 'Admiral' },
    })
    assert.equal(changed.status, 200, changed.text)
    assert.equal(
      ((changed.answer as ShownUser)['name'] as JsonObject)['formatted'],
      `Hopper, ${name}`,
    )
    const renamed = scene().dn(`cn=Hopper\\2C ${name}`)
    assert.equal(await scene().dnOf(id), renamed)
    assert.deepEqual((await scene().admin.values(renamed, 'cn')).toSorted(), [
      'Amazing Grace',
      `Hopper, ${name}`,
    ])
  })

  it('that is named by several attributes keeps the others when one changes', async () => {
    const [was, is] = [scene().unusedName(), scene().unusedName()]
    const dn = await scene().entry(`employeeNumber=7+uid=${was}`, { employeeNumber: '7', uid: was })
    const id = await scene().idOf(dn)
    const changed = await scene().patch(id, { op: 'replace', path: 'userName', value: is })
    assert.equal(changed.status, 200, changed.text)
    const now = String(await scene().dnOf(id))
    assert.deepEqual((now.split(',')[0] ?? '').split('+').toSorted(), [
      'employeeNumber=7',
      `uid=${is}`,
    ])
    assert.deepEqual(await scene().admin.values(now, 'uid'), [is])
    const both = await scene().patch(id, {
      op: 'replace',
      value: { userName: was, [`${enterprise}:employeeNumber`]: '8' },
    })
    assert.equal(both.status, 200, both.text)
    const after = String(await scene().dnOf(id))
    assert.deepEqual((after.split(',')[0] ?? '').split('+').toSorted(), [
      'employeeNumber=8',
      `uid=${was}`,
    ])
  })

  it('stays in its own OU when it is renamed', async () => {
    const { admin } = scene()
    const ou = scene().dn('ou=London')
    await admin.add(ou, { objectClass: 'organizationalUnit', ou: 'London' })
    const [was, is] = [scene().unusedName(), scene().unusedName()]
    await admin.add(`uid=${was},${ou}`, { objectClass: 'inetOrgPerson', cn: 'C', sn: 'S' })
    const id = await scene().idOf(`uid=${was},${ou}`)
    const changed = await scene().patch(id, {
      op: 'replace',
      value: { userName: is, title: 'Programmer' },
    })
    assert.equal(changed.status, 200, changed.text)
    assert.equal(await scene().dnOf(id), `uid=${is},${ou}`)
  })

  it('without a userName is served, and gets one', async () => {
    const name = scene().unusedName()
    const dn = await scene().entry(`cn=Nameless ${name}`, { cn: `Nameless ${name}` })
    const id = await scene().idOf(dn)
    const shown = await scene().get(id)
    assert.equal(shown.userName, undefined)
    const put = await scene().bridge.scim.put(`/Users/${id}`, { ...shown, userName: name })
    assert.equal(put.status, 200, put.text)
    assert.deepEqual(await scene().admin.values(dn, 'uid'), [name])
  })

  it('without a userName may be changed in other ways by PATCH', async () => {
    const name = scene().unusedName()
    const dn = await scene().entry(`cn=Nameless ${name}`, { cn: `Nameless ${name}` })
    const id = await scene().idOf(dn)
    const changed = await scene().patch(id, { op: 'add', path: 'title', value: 'Anon' })
    assert.equal(changed.status, 200, changed.text)
    assert.deepEqual(await scene().admin.values(dn, 'title'), ['Anon'])
  })

  it('with a value that names it in another spelling than its DN is renamed all the same', async () => {
    const [was, is] = [scene().unusedName(), scene().unusedName()]
    const dn = await scene().entry(`uid=${was}`, { uid: was.toUpperCase() })
    const id = await scene().idOf(dn)
    assert.equal((await scene().get(id)).userName, was.toUpperCase())
    const changed = await scene().patch(id, { op: 'replace', path: 'userName', value: is })
    assert.equal(changed.status, 200, changed.text)
    assert.deepEqual(await scene().admin.values(scene().dn(`uid=${is}`), 'uid'), [is])
  })

  it('is renamed to another value it has, and keeps that value when the rename is put back', async () => {
    const name = scene().unusedName()
    const alias = `${name}-alias`
    const dn = await scene().entry(`uid=${name}`, { uid: [name, alias] })
    const id = await scene().idOf(dn)
    const refused = await scene().patch(id, {
      op: 'replace',
      value: { userName: alias, x509Certificates: [certificateForNobody] },
    })
    assert.equal(refused.status, 400, refused.text)
    assert.deepEqual(new Set(await scene().admin.values(dn, 'uid')), new Set([name, alias]))
    const renamed = await scene().patch(id, { op: 'replace', path: 'userName', value: alias })
    assert.equal(renamed.answer?.['userName'], alias, renamed.text)
    assert.deepEqual(await scene().admin.values(scene().dn(`uid=${alias}`), 'uid'), [alias])
  })

  it('keeps its values in other languages, which are not shown and not found', async () => {
    const name = scene().unusedName()
    const dn = await scene().entry(`uid=${name}`, {
      title: 'Head',
      'title;lang-de': 'Chef',
      'cn;lang-de': 'Zeh',
    })
    const id = await scene().idOf(dn)
    assert.equal((await scene().get(id))['title'], 'Head')
    assert.deepEqual(await scene().find('title eq "Chef"'), [])
    for (const value of ['Boss', null]) {
      const changed = await scene().patch(id, { op: 'replace', value: { title: value } })
      assert.equal(changed.answer?.['title'] ?? null, value, changed.text)
      assert.deepEqual(await scene().admin.values(dn, 'title;lang-de'), ['Chef'])
    }
    assert.deepEqual(await scene().admin.values(dn, 'cn;lang-de'), ['Zeh'])
  })
})
