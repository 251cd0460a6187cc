import assert from 'node:assert/strict'
import { exampleDomain } from '../../../support/samba.ts'
import { assertRefused } from '../groups/group-scene.ts'
import { describeDomain } from './domain-scene.ts'

describeDomain('Names that are changed in Active Directory', {}, (scene) => {
  it('of a user: the userPrincipalName alone where only its domain changes', async () => {
    const name = scene().unusedName()
    const id = await scene().userId({ userName: `${name}@example.org` })
    const cn = await scene().stored(id, 'cn')
    const userName = `${name}@sub.example.org`
    const renamed = await scene().patch(`/Users/${id}`, { op: 'replace', value: { userName } })
    assert.equal(renamed.status, 200, renamed.text)
    assert.deepEqual(await scene().stored(id, 'userPrincipalName'), [userName])
    assert.deepEqual(await scene().stored(id, 'sAMAccountName'), [name])
    assert.deepEqual(await scene().stored(id, 'cn'), cn)
  })

  it('of a user: the CN gets a number where another of the unit has it', async () => {
    const [one, other] = [await scene().userId({ displayName: 'Kim' }), await scene().userId()]
    const group = await scene().group([other])
    const value = { displayName: 'Kim' }
    const renamed = await scene().patch(`/Users/${other}`, { op: 'replace', value })
    assert.equal(renamed.status, 200, renamed.text)
    assert.equal(renamed.answer?.['displayName'], 'Kim')
    assert.deepEqual(await scene().stored(one, 'cn'), ['Kim'])
    assert.deepEqual(await scene().stored(other, 'cn'), ['Kim 2'])
    assert.deepEqual(await scene().memberIds(group), [other])
  })

  it('of a user: the sAMAccountName gets a number where somebody out of reach has it, and the CN stays renamed', async () => {
    const id = await scene().userId()
    const value = { userName: 'emergency@sub.example.org', displayName: `Renamed ${id}` }
    const renamed = await scene().patch(`/Users/${id}`, { op: 'replace', value })
    assert.equal(renamed.status, 200, renamed.text)
    assert.deepEqual(await scene().stored(id, 'sAMAccountName'), ['emergency2'])
    assert.deepEqual(await scene().stored(id, 'cn'), [`Renamed ${id}`])
  })

  it('of a group: the sAMAccountName gets a number where a group out of reach has it', async () => {
    const member = await scene().userId()
    const group = await scene().group([member])
    const value = { displayName: 'Keys' }
    const renamed = await scene().patch(`/Groups/${group}`, { op: 'replace', value })
    assert.equal(renamed.status, 204, renamed.text)
    assert.deepEqual(await scene().stored(group, 'cn'), ['Keys'])
    assert.deepEqual(await scene().stored(group, 'sAMAccountName'), ['Keys2'])
    const put = { displayName: 'Keys!', members: [{ value: member }] }
    assert.equal((await scene().bridge.scim.put(`/Groups/${group}`, put)).status, 200)
    assert.deepEqual(await scene().stored(group, 'sAMAccountName'), ['Keys!'])
    assert.deepEqual(await scene().memberIds(group), [member])
  })

  it('of a group: a displayName that another has is refused, and the group keeps its own', async () => {
    const [taken, group] = ['Taken', await scene().group([], 'Free')]
    await scene().group([], taken)
    const value = { displayName: taken.toUpperCase() }
    const refused = await scene().patch(`/Groups/${group}`, { op: 'replace', value })
    assertRefused(refused, { status: 409, scimType: 'uniqueness', detail: /^displayName / })
    assert.deepEqual(await scene().stored(group, 'cn'), ['Free'])
  })

  it('a userName that somebody out of reach has is refused, and everything stays as it was', async () => {
    const id = await scene().userId({ displayName: `Steady ${scene().unusedName()}` })
    const names = async () =>
      await Promise.all(
        ['cn', 'sAMAccountName', 'userPrincipalName'].map(
          async (name) => await scene().stored(id, name),
        ),
      )
    const before = await names()
    const value = { userName: 'root@example.org', displayName: 'Not to stay' }
    const refused = await scene().patch(`/Users/${id}`, { op: 'replace', value })
    assertRefused(refused, { status: 409, scimType: 'uniqueness', detail: /^userName / })
    assert.deepEqual(await names(), before)
    const outsider = `CN=Emergency Access,${exampleDomain.secret}`
    assert.deepEqual(await scene().admin.values(outsider, 'cn'), ['Emergency Access'])
  })
})
