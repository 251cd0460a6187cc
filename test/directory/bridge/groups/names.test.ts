import assert from 'node:assert/strict'
import { eventually } from '../../../support/eventually.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { assertRefused, GroupScene, type Person, placeholder, textIn } from './group-scene.ts'

const names = [
  'a,b',
  'a+b',
  '#x',
  ' x ',
  'x"y',
  'x\\y',
  'x\\2Cy',
  'x/y',
  'x%y',
  'x*y',
  '(x)',
  'x;y<z>=w',
  'ü',
  'u\u0308',
  '日本',
  '👩‍🚀',
  'two  blanks',
  'zero\u0000inside',
  'x'.repeat(200),
]

describe('Names of groups, on an OpenLDAP', () => {
  let scene: GroupScene
  let ann: Person

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const people = await scene.addPeople('name', 1)
    ;[ann] = people as [Person]
  })

  after(async () => scene.close())

  async function find(displayName: string): Promise<readonly string[]> {
    const filter = encodeURIComponent(`displayName eq ${JSON.stringify(displayName)}`)
    const { status, answer, text } = await scene.bridge.scim.get(`/Groups?filter=${filter}`)
    assert.equal(status, 200, text)
    return ((answer?.['Resources'] ?? []) as { id: string }[]).map(({ id }) => id)
  }

  it('may change together with the membership of the group in itself', async () => {
    const id = await scene.createGroup('itself')
    for (const [displayName, members] of [
      ['itself again', [id, ann.id]],
      ['itself no more', []],
      ['itself alone', [id]],
      ['itself and others', [ann.id]],
    ] as const) {
      const body = { displayName, members: members.map((value) => ({ value })) }
      const replaced = await scene.bridge.scim.put(`/Groups/${id}`, body)
      assert.equal(replaced.status, 200, replaced.text)
      await eventually(async () =>
        assert.deepEqual(await scene.shownMembers(id), [...members].sort()),
      )
    }
    assert.equal((await scene.bridge.scim.delete(`/Groups/${id}`)).status, 204)
  })

  for (const displayName of names) {
    it(`may be ${JSON.stringify(displayName.slice(0, 20))}: created, found, filled, renamed, deleted`, async () => {
      const created = await scene.bridge.scim.post('/Groups', {
        displayName,
        members: [{ value: ann.id }],
      })
      assert.equal(created.status, 201, created.text)
      assert.equal(created.answer?.['displayName'], displayName)
      const id = textIn(created.answer, 'id')
      assert.deepEqual(await find(displayName), [id])
      const user = await scene.bridge.scim.get(`/Users/${ann.id}`)
      assert.deepEqual(user.answer?.['groups'], [
        {
          value: id,
          $ref: `${scene.bridge.baseUrl}/Groups/${id}`,
          display: displayName,
          type: 'direct',
        },
      ])
      const renamed = await scene.bridge.scim.put(`/Groups/${id}`, {
        displayName: `${displayName}!`,
      })
      assert.equal(renamed.status, 200, renamed.text)
      assert.equal(renamed.answer?.['displayName'], `${displayName}!`)
      const back = await scene.patch(id, [
        { op: 'replace', path: 'displayName', value: displayName },
      ])
      assert.equal(back.status, 204, back.text)
      assert.deepEqual(await scene.stored(id, 'cn'), [displayName])
      assert.deepEqual(await scene.shownMembers(id), [ann.id])
      assert.equal((await scene.bridge.scim.delete(`/Groups/${id}`)).status, 204)
      assert.deepEqual(await find(displayName), [])
    })
  }

  it('change in their case alone', async () => {
    const id = await scene.createGroup('letter case', [ann])
    const renamed = await scene.bridge.scim.put(`/Groups/${id}`, { displayName: 'Letter CASE' })
    assert.equal(renamed.status, 200)
    assert.equal(renamed.answer?.['displayName'], 'Letter CASE')
    assert.equal(renamed.answer['id'], id)
    assert.deepEqual(await scene.stored(id, 'cn'), ['Letter CASE'])
    assert.deepEqual(await scene.shownMembers(id), [ann.id])
  })

  it('change and keep the id, and the groups of the members follow', async () => {
    const id = await scene.createGroup('Old name', [ann])
    await scene.patch(id, [{ op: 'replace', path: 'displayName', value: 'New name' }])
    const { answer } = await scene.bridge.scim.get(`/Users/${ann.id}`)
    const groups = (answer?.['groups'] ?? []) as { value: string; display: string }[]
    assert.equal(groups.find(({ value }) => value === id)?.display, 'New name')
    assert.deepEqual(await find('Old name'), [])
    assert.deepEqual(await find('new NAME'), [id])
  })

  it('are taken from the entry where another attribute of the group names it', async () => {
    const group = await scene.addEntry(`ou=by hand,${scene.bridge.section.groups}`, {
      objectClass: ['groupOfNames'],
      cn: 'By hand',
      ou: 'by hand',
      member: ann.dn,
    })
    const { answer } = await scene.bridge.scim.get(`/Groups/${group.id}`)
    assert.equal(answer?.['displayName'], 'By hand')
    const renamed = await scene.bridge.scim.put(`/Groups/${group.id}`, { displayName: 'By SCIM' })
    assert.equal(renamed.status, 200, renamed.text)
    assert.deepEqual(await scene.admin.values(group.dn, 'cn'), ['By SCIM'])
  })

  it('are refused when a group elsewhere below the base has them, and nothing changes', async () => {
    const { groups } = scene.bridge.section
    const ou = `ou=Elsewhere,${groups}`
    await scene.admin.add(ou, { objectClass: 'organizationalUnit', ou: 'Elsewhere' })
    await scene.addEntry(`cn=Elsewhere too,${ou}`, {
      objectClass: 'groupOfNames',
      cn: 'Elsewhere too',
      member: placeholder,
    })
    const taken = { status: 409, scimType: 'uniqueness', detail: /^displayName is in use already/ }
    const displayName = 'elsewhere TOO'
    assertRefused(await scene.bridge.scim.post('/Groups', { displayName }), taken)
    const id = await scene.createGroup('Here', [ann])
    assertRefused(
      await scene.patch(id, [{ op: 'replace', path: 'displayName', value: displayName }]),
      taken,
    )
    assertRefused(await scene.bridge.scim.put(`/Groups/${id}`, { displayName }), taken)
    assert.deepEqual(await scene.stored(id, 'cn'), ['Here'])
    assert.equal((await find(displayName)).length, 1)
  })

  it('are refused when another group has them, and nothing changes', async () => {
    await scene.createGroup('First')
    const id = await scene.createGroup('Second', [ann])
    for (const displayName of ['First', 'FIRST']) {
      assertRefused(await scene.bridge.scim.put(`/Groups/${id}`, { displayName }), {
        status: 409,
        scimType: 'uniqueness',
      })
    }
    assert.deepEqual(await scene.stored(id, 'cn'), ['Second'])
  })
})
