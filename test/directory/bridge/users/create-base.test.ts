import assert from 'node:assert/strict'
import { AdminClient } from '../../../support/admin-client.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { sceneFor } from './scene.ts'

describe('New users where they are created below the base', () => {
  const base = `ou=company,${exampleTree.people}`
  const created = `ou=arrivals,${base}`

  before(async () => {
    const admin = new AdminClient(sharedOpenldap())
    await admin.add(base, { objectClass: 'organizationalUnit', ou: 'company' })
    await admin.add(created, { objectClass: 'organizationalUnit', ou: 'arrivals' })
  })
  const scene = sceneFor({ 'users.base': base, 'users.createBase': created })
  after(async () => new AdminClient(sharedOpenldap()).removeTree(base))

  it('arrive there, and stay where others have moved them when they are renamed', async () => {
    const user = await scene().user()
    assert.equal(await scene().dnOf(user.id), `uid=${user.userName},${created}`)
    const elsewhere = scene().unusedName()
    await scene().admin.add(`uid=${elsewhere},${base}`, {
      objectClass: 'inetOrgPerson',
      cn: 'C',
      sn: 'S',
    })
    const [found] = await scene().find(`userName eq "${elsewhere}"`)
    const userName = scene().unusedName()
    const renamed = await scene().patch(found?.id ?? '', {
      op: 'replace',
      path: 'userName',
      value: userName,
    })
    assert.equal(renamed.status, 200, renamed.text)
    assert.equal(await scene().dnOf(found?.id ?? ''), `uid=${userName},${base}`)
    const taken = await scene().bridge.scim.post('/Users', { userName })
    assert.equal(taken.status, 409)
  })
})
