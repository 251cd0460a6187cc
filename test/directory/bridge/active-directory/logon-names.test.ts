import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { exampleDomain } from '../../../support/samba.ts'
import { assertRefused, textIn } from '../groups/group-scene.ts'
import { oneLine } from '../users-map.ts'
import { describeDomain, withLines } from './domain-scene.ts'

const urn = 'urn:example:scim:schemas:extension:directory:1.0:User'
const path = `${urn}:logonName`
const attributes = [{ name: 'logonName', description: 'The logon name of old.' }]
const overrides = {
  ...withLines({ [path]: 'sAMAccountName' }),
  'users.extensions': oneLine([{ urn, name: 'Directory', attributes }]),
}

/** The logon name that a user shows. */
function shown(user: JsonObject = {}): unknown {
  return (user[urn] as JsonObject)['logonName']
}

describeDomain('A logon name that clients may give in Active Directory', overrides, (scene) => {
  const change = async (id: string, ...operations: readonly JsonObject[]) => {
    const changed = await scene().patch(`/Users/${id}`, ...operations)
    assert.equal(changed.status, 200, changed.text)
    return changed.answer
  }
  const isStored = async (id: string, name: string): Promise<void> => {
    assert.deepEqual(await scene().stored(id, 'sAMAccountName'), [name])
    assert.equal(shown(await scene().read(`/Users/${id}`)), name)
  }
  const given = async (): Promise<readonly [id: string, name: string, user: JsonObject]> => {
    const name = `g${scene().unusedName()}`
    const user = await scene().user({ [urn]: { logonName: name } })
    assert.equal(shown(user), name)
    return [textIn(user, 'id'), name, user]
  }
  const made = async (): Promise<readonly [id: string, name: string, user: JsonObject]> => {
    const user = await scene().user()
    const [name = ''] = textIn(user, 'userName').split('@')
    assert.equal(shown(user), name)
    return [textIn(user, 'id'), name, user]
  }

  it('is the one that was given, and is made where none was', async () => {
    for (const create of [given, made]) {
      const [id, name] = await create()
      await isStored(id, name)
    }
  })

  it('ends in no full stop where one stands at the end of its twenty characters', async () => {
    const name = `n${scene().unusedName()}-${'x'.repeat(20)}`.slice(0, 19)
    const rest = { userName: `${name}.lovelace@example.org` }
    const [one, other] = [await scene().userId(rest), await scene().userId()]
    await isStored(one, name)
    const userName = `${name}.king@example.org`
    await change(other, { op: 'replace', value: { userName } })
    await isStored(other, `${name}2`)
  })

  it('is found by filters, and told of as unique in /Schemas (RFC 7643 §2.2)', async () => {
    const [id, name] = await given()
    for (const filter of [`eq "${name.toUpperCase()}"`, `sw "${name.slice(0, -1)}"`]) {
      const { Resources } = await scene().read(`/Users?filter=${path} ${filter}`)
      assert.deepEqual(
        (Resources as readonly JsonObject[]).map((user) => user['id']),
        [id],
      )
    }
    const schema = await scene().read(`/Schemas/${urn}`)
    assert.deepEqual(schema['attributes'], [
      {
        name: 'logonName',
        type: 'string',
        multiValued: false,
        description: 'The logon name of old.',
        required: false,
        caseExact: false,
        mutability: 'readWrite',
        returned: 'default',
        uniqueness: 'server',
      },
    ])
  })

  it('stays when the userName changes where it was given, and follows it where it was made', async () => {
    const [one, name] = await given()
    const [other] = await made()
    for (const id of [one, other]) {
      const value = `n${scene().unusedName()}`
      await change(id, { op: 'replace', path: 'userName', value: `${value}@example.org` })
      await isStored(id, id === one ? name : value)
    }
  })

  it('follows with its number, as it was made', async () => {
    const [, name] = await given()
    const id = await scene().userId({ userName: `${name}@sub.example.org` })
    await isStored(id, `${name}2`)
    const value = `n${scene().unusedName()}`
    await change(id, { op: 'replace', path: 'userName', value: `${value}@example.org` })
    await isStored(id, value)
  })

  it('can be given later, in one request with a userName, too, and in other letter case', async () => {
    const [id] = await made()
    const [first, second] = [`g${scene().unusedName()}`, `g${scene().unusedName()}`]
    await change(id, { op: 'add', path, value: first })
    await isStored(id, first)
    const userName = `${scene().unusedName()}@example.org`
    await change(id, { op: 'replace', value: { userName, [path]: second } })
    await isStored(id, second)
    await change(id, { op: 'replace', path, value: second.toUpperCase() })
    await isStored(id, second.toUpperCase())
  })

  it('stays with a PUT that leaves it out, and is changed by one that names it', async () => {
    const [id, name, user] = await given()
    const { [urn]: _, ...others } = user
    const userName = `${scene().unusedName()}@example.org`
    for (const body of [
      { ...others, title: 'Countess' },
      { ...others, userName },
    ]) {
      const put = await scene().bridge.scim.put(`/Users/${id}`, body)
      assert.equal(put.status, 200, put.text)
      await isStored(id, name)
    }
    const logonName = `g${scene().unusedName()}`
    await scene().bridge.scim.put(`/Users/${id}`, { ...user, userName, [urn]: { logonName } })
    await isStored(id, logonName)
  })

  it('stays, too, where an administrator has given it, and a client that knows nothing of it takes over', async () => {
    const name = scene().unusedName()
    const userName = `${name}@example.org`
    const dn = `CN=By hand ${name},${scene().bridge.section.people}`
    const sAMAccountName = `hand-${name}`
    await scene().admin.add(dn, {
      objectClass: 'user',
      sAMAccountName,
      userPrincipalName: userName,
    })
    const found = await scene().read(`/Users?filter=userName eq "${userName}"`)
    const id = textIn((found['Resources'] as readonly JsonObject[])[0], 'id')
    for (const body of [{ userName }, { userName: `x${userName}` }]) {
      const put = await scene().bridge.scim.put(`/Users/${id}`, { ...body, displayName: 'Taken' })
      assert.equal(put.status, 200, put.text)
      await isStored(id, sAMAccountName)
    }
  })

  it('is made anew when a PATCH takes the given one away', async () => {
    for (const operation of [
      { op: 'remove', path },
      { op: 'replace', path, value: '' },
    ]) {
      const [id, , user] = await given()
      const [name = ''] = textIn(user, 'userName').split('@')
      assert.equal(shown(await change(id, operation)), name)
      await isStored(id, name)
      await change(id, operation)
      await isStored(id, name)
    }
  })

  it('is refused with 409 where somebody has it, within reach or not, and nothing is changed', async () => {
    const [, taken] = await given()
    const [id, name] = await made()
    const outsider = `CN=Emergency Access,${exampleDomain.secret}`
    const [hidden = ''] = await scene().admin.values(outsider, 'sAMAccountName')
    for (const each of [taken, taken.toUpperCase(), hidden]) {
      const refusal = { status: 409, scimType: 'uniqueness', detail: new RegExp(`^${path} `, 'u') }
      const userName = `${scene().unusedName()}@example.org`
      const body = { userName, displayName: userName, [urn]: { logonName: each } }
      assertRefused(await scene().bridge.scim.post('/Users', body), refusal)
      const value = { title: 'Not to stay', [path]: each }
      assertRefused(await scene().patch(`/Users/${id}`, { op: 'replace', value }), refusal)
      await isStored(id, name)
      assert.equal((await scene().read(`/Users/${id}`))['title'], undefined)
      const filter = `userName eq "${userName}"`
      assert.equal((await scene().read(`/Users?filter=${filter}`))['totalResults'], 0)
    }
  })

  it('is refused with 400 where the domain controller has no room for it, and Samba has', async () => {
    const logonName = 'twenty-one-characters'
    const userName = `${scene().unusedName()}@example.org`
    const created = await scene().bridge.scim.post('/Users', { userName, [urn]: { logonName } })
    if (scene().controller === undefined) {
      assert.equal(shown(created.answer), logonName)
    } else {
      const detail = new RegExp(`^${path} `, 'u')
      assertRefused(created, { status: 400, scimType: 'invalidValue', detail })
    }
  })
})

const groupUrn = 'urn:example:scim:schemas:extension:directory:1.0:Group'
const groupPath = `${groupUrn}:accountName`
const ofGroups = {
  'groups.attributes': oneLine({ displayName: 'cn', [groupPath]: 'sAMAccountName' }),
  'groups.extensions': oneLine([
    { urn: groupUrn, name: 'Directory', attributes: [{ name: 'accountName' }] },
  ]),
}

describeDomain('A name of groups that clients may give in Active Directory', ofGroups, (scene) => {
  const create = async (accountName: string): Promise<string> => {
    const body = { displayName: scene().unusedName(), [groupUrn]: { accountName } }
    const created = await scene().bridge.scim.post('/Groups', body)
    assert.equal(created.status, 201, created.text)
    return textIn(created.answer, 'id')
  }
  const isStored = async (id: string, name: string): Promise<void> => {
    assert.deepEqual(await scene().stored(id, 'sAMAccountName'), [name])
    assert.deepEqual((await scene().read(`/Groups/${id}`))[groupUrn], { accountName: name })
  }

  it('stays until it is taken away, and is made then', async () => {
    const accountName = `g${scene().unusedName()}`
    const id = await create(accountName)
    const [one, other] = [scene().unusedName(), scene().unusedName()]
    const renamed = await scene().patch(`/Groups/${id}`, {
      op: 'replace',
      value: { displayName: one },
    })
    assert.equal(renamed.status, 204, renamed.text)
    await isStored(id, accountName)
    const put = await scene().bridge.scim.put(`/Groups/${id}`, { displayName: other })
    assert.equal(put.status, 200, put.text)
    await isStored(id, accountName)
    await scene().patch(`/Groups/${id}`, { op: 'remove', path: groupPath })
    await isStored(id, other)
    await scene().patch(`/Groups/${id}`, { op: 'replace', value: { displayName: `x${other}` } })
    await isStored(id, `x${other}`)
  })

  it('is refused with 409 where another group has it', async () => {
    const accountName = `g${scene().unusedName()}`
    await create(accountName)
    const other = `o${scene().unusedName()}`
    const id = await create(other)
    const value = { [groupPath]: accountName }
    assertRefused(await scene().patch(`/Groups/${id}`, { op: 'replace', value }), {
      status: 409,
      scimType: 'uniqueness',
      detail: new RegExp(`^${groupPath} `, 'u'),
    })
    await isStored(id, other)
  })
})
