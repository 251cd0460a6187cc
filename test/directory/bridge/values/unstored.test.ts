import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { usersMap } from '../users-map.ts'
import { type Scene, sceneFor } from '../users/scene.ts'

const person: JsonObject = {
  title: 'Clerk',
  emails: [{ value: 'a@work.example', type: 'work' }],
  phoneNumbers: [{ value: '+1', type: 'work' }],
  addresses: [
    { type: 'work', locality: 'Paris', postalCode: '75001' },
    { type: 'home', formatted: 'Rue' },
  ],
}

type Patch = readonly [op: string, path: string, value?: JsonValue]

const toOperation = ([op, path, value]: Patch): JsonObject => ({
  op,
  path,
  ...(value === undefined ? {} : { value }),
})

/** The attributes that the bridge said it did not store, in its last such event. */
function reported(scene: Scene): unknown {
  const events = scene.bridge.events.filter(({ message }) => message === 'attribute not stored')
  return events.at(-1)?.fields['attributes']
}

/** Sets the address of a type. */
function replaceOf(type: string): JsonObject {
  return { op: 'replace', path: `emails[type eq "${type}"].value`, value: `${type}@x.example` }
}

/** Asserts that a step is refused together with another one, and that nothing is written. */
async function assertRefused(
  scene: Scene,
  patch: Patch,
  scimType: string,
  detail: RegExp,
): Promise<void> {
  const { id } = await scene.user(person)
  const title = { op: 'replace', path: 'title', value: 'Boss' }
  const answer = await scene.writesNothing(
    async () => await scene.patch(id, title, toOperation(patch)),
  )
  assert.equal(answer.status, 400, answer.text)
  assert.equal(answer.answer?.['scimType'], scimType, answer.text)
  assert.match(JSON.stringify(answer.answer['detail']), detail)
}

describe('A PATCH of what the map does not store', () => {
  describe('by the preset', () => {
    const scene = sceneFor()
    const ignored: readonly [Patch, reported: string][] = [
      [['replace', 'nickName', 'Ann'], 'nickName'],
      [['remove', 'nickName'], 'nickName'],
      [['replace', 'name.middleName', 'Ann'], 'name.middleName'],
      [
        ['add', 'division', 'Sea'],
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division',
      ],
      [['replace', 'emails[type eq "other"]', { value: 'b@x.example' }], 'emails[type eq "other"]'],
      [['add', 'phoneNumbers[type eq "other"].value', '+2'], 'phoneNumbers[type eq "other"].value'],
      [['remove', 'phoneNumbers[type eq "other"]'], 'phoneNumbers[type eq "other"]'],
      [
        ['add', 'phoneNumbers[type eq "work"].primary', true],
        'phoneNumbers[type eq "work"].primary',
      ],
      [['add', 'emails[type eq "work"].display', 'A'], 'emails[type eq "work"].display'],
      [['replace', 'emails[type eq "work"]', { display: 'A' }], 'emails.display'],
      [['add', 'addresses[type eq "home"].locality', 'Rome'], 'addresses[type eq "home"].locality'],
      [['add', 'addresses[type eq "work"]', { country: 'FR' }], 'addresses.country'],
      [['add', 'addresses[country eq "FR"].locality', 'Nice'], 'addresses.locality'],
      [['add', 'roles[primary eq "True"].value', 'Admin'], 'roles.value'],
      [['add', 'emails', [{ value: 'b@x.example', type: 'other' }]], 'emails[type eq "other"]'],
      [['add', 'emails', [{ value: 'b@x.example', type: 'ann@private' }]], 'emails'],
      // A list of which nothing is stored takes nothing away.
      [['replace', 'emails', [{ value: 'b@x.example', type: 'home' }]], 'emails[type eq "home"]'],
      [['replace', 'addresses', [{ country: 'US' }]], 'addresses.country'],
      [['replace', 'addresses', { country: 'US', type: 'work' }], 'addresses.country'],
    ]
    for (const [patch, name] of ignored) {
      it(`changes the rest and tells ${name} to the log: ${JSON.stringify(patch)}`, async () => {
        const user = await scene().user(person)
        const title = { op: 'replace', path: 'title', value: 'Boss' }
        const { status, answer, text } = await scene().patch(user.id, title, toOperation(patch))
        assert.equal(status, 200, text)
        const { meta: _, ...after } = answer ?? {}
        const { meta: __, ...before } = user
        assert.deepEqual(after, { ...before, title: 'Boss' })
        assert.equal(reported(scene()), name)
      })
    }

    it('is added to the address of its type, of which there is room for one', async () => {
      const rome = { type: 'work', locality: 'Rome' }
      for (const operations of [
        [{ op: 'add', path: 'addresses', value: [rome] }],
        [{ op: 'add', value: { addresses: [rome] } }],
        [
          { op: 'add', path: 'addresses', value: [{ ...rome, locality: 'Nice' }] },
          { op: 'add', path: 'addresses', value: [{ ...rome, postalCode: '75001' }] },
        ],
      ]) {
        const { id } = await scene().user(person)
        const patched = await scene().patch(id, ...operations)
        const addresses = (patched.answer?.['addresses'] ?? []) as readonly JsonObject[]
        const atWork = addresses.filter(({ type }) => type === 'work')
        assert.deepEqual(atWork, [{ ...rome, postalCode: '75001' }], patched.text)
      }
    })

    it('is 400 invalidValue where it is a second address of a type', async () => {
      const second = ['Rome', 'Nice'].map((locality) => ({ type: 'work', locality }))
      for (const op of ['add', 'replace']) {
        await assertRefused(scene(), [op, 'addresses', second], 'invalidValue', /room for one/u)
      }
    })

    it('is named once for all operations, keys of a value included', async () => {
      const { id } = await scene().user(person)
      const value = {
        title: 'Boss',
        nickName: 'Ann',
        'name.middleName': 'B',
        roles: [],
        name: { honorificPrefix: 'Dr.', familyName: 'Lovelace' },
      }
      const patched = await scene().patch(
        id,
        { op: 'replace', value },
        { op: 'add', path: 'nickName', value: 'A' },
      )
      assert.equal(patched.answer?.['title'], 'Boss', patched.text)
      assert.equal(reported(scene()), 'nickName, name.middleName, roles, name.honorificPrefix')
    })

    it('is 204 or 200 where there is nothing else, and writes nothing', async () => {
      const { id } = await scene().user(person)
      await scene().writesNothing(async () => {
        const patched = await scene().patch(id, { op: 'replace', value: { nickName: 'Ann' } })
        assert.equal(patched.status, 200, patched.text)
      })
    })

    const lost: readonly Patch[] = [
      ['replace', 'emails[type eq "work"].type', 'home'],
      ['replace', 'emails[value eq "a@work.example"].type', 'other'],
      ['replace', 'emails.type', 'home'],
      ['replace', 'emails[type eq "work"]', { value: 'a@work.example', type: 'home' }],
      ['add', 'emails[type eq "work"]', { type: 'home' }],
      // There is room for one address of each type, and at home for the whole of it alone.
      ['replace', 'addresses[type eq "home"].type', 'work'],
      ['replace', 'addresses[type eq "work"].type', 'home'],
    ]
    for (const patch of lost) {
      it(`is 400 invalidValue where a stored value would be lost: ${JSON.stringify(patch)}`, async () => {
        await assertRefused(
          scene(),
          patch,
          'invalidValue',
          /^"(emails|addresses).* would be lost, .* are stored with the types work/u,
        )
      })
    }

    it('is 400 noTarget where a value path looks for an address that is not there', async () => {
      const patch: Patch = [
        'replace',
        'addresses[type eq "work" and locality eq "Rome"].postalCode',
        '00100',
      ]
      await assertRefused(scene(), patch, 'noTarget', /addresses/u)
    })
  })

  describe('by a map of groups without externalId', () => {
    const scene = sceneFor({ 'groups.attributes': '{ displayName: cn }' })

    it('is reported of groups, too', async () => {
      const group = await scene().group()
      const patched = await scene().bridge.scim.patch(`/Groups/${group}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'add', path: 'externalId', value: 'x' }],
      })
      assert.equal(patched.status, 204, patched.text)
      assert.equal(reported(scene()), 'externalId')
    })
  })

  describe('by a map with lines that are read alone', () => {
    const line = { attribute: 'carLicense', isReadOnly: true }
    const scene = sceneFor(
      usersMap({
        'emails[type eq "home"]': { ...line },
        'addresses[type eq "work"].country': { ...line },
        nickName: { ...line },
        'name.middleName': { ...line },
      }),
    )
    const named: readonly [value: JsonObject, reported: string][] = [
      [{ nickName: 'Ann' }, 'nickName'],
      [{ 'name.middleName': 'Ann' }, 'name.middleName'],
      [{ name: { middleName: 'Ann' } }, 'name.middleName'],
      [{ emails: [{ value: 'b@x.example', type: 'home' }] }, 'emails[type eq "home"]'],
      [{ 'emails[type eq "home"].value': 'b@x.example' }, 'emails[type eq "home"].value'],
      [{ 'addresses[type eq "work"].country': 'US' }, 'addresses[type eq "work"].country'],
    ]
    for (const [value, name] of named) {
      it(`is ignored where a key of a value names it, and told to the log: ${JSON.stringify(value)}`, async () => {
        const user = await scene().user(person)
        const patched = await scene().patch(user.id, {
          op: 'replace',
          value: { ...value, title: 'Boss' },
        })
        assert.equal(patched.status, 200, patched.text)
        const { meta: _, ...after } = patched.answer ?? {}
        const { meta: __, ...before } = user
        assert.deepEqual(after, { ...before, title: 'Boss' })
        assert.equal(reported(scene()), name)
      })
    }

    const shown: readonly Patch[] = [
      ['replace', 'emails[type eq "home"]', { value: 'b@x.example' }],
      ['replace', 'emails[type eq "home"].value', 'b@x.example'],
      ['remove', 'emails[type eq "home"]'],
      ['replace', 'addresses[type eq "work"].country', 'US'],
      ['replace', 'nickName', 'Ann'],
      ['add', 'name.middleName', 'Ann'],
    ]
    for (const patch of shown) {
      it(`is 400 mutability, be there a value or not: ${JSON.stringify(patch)}`, async () => {
        await assertRefused(scene(), patch, 'mutability', /is read-only\."$/u)
      })
    }

    it('is 400 mutability where the path finds the value otherwise', async () => {
      const uid = scene().unusedName()
      const dn = await scene().entry(`uid=${uid}`, {
        objectClass: ['inetOrgPerson', 'scimResource'],
        uid,
        cn: uid,
        sn: uid,
        carLicense: 'b@home.example',
      })
      const path = 'emails[value eq "b@home.example"]'
      const refused = await scene().patch(await scene().idOf(dn), { op: 'remove', path })
      assert.equal(refused.answer?.['scimType'], 'mutability', refused.text)
    })

    it('is 400 invalidValue where a stored value would be lost to such a line', async () => {
      const patch: Patch = ['replace', 'emails[type eq "work"].type', 'home']
      await assertRefused(scene(), patch, 'invalidValue', /with the types work\."$/u)
    })
  })

  describe('by a map without types of e-mail addresses', () => {
    const scene = sceneFor(usersMap({ 'emails[type eq "work"]': undefined, emails: 'mail' }))

    it('is of the only address that there is where the path asks for a type, and makes one where there is none', async () => {
      const emails = [{ value: 'b@x.example' }]
      const path = 'emails[type eq "work"].value'
      for (const before of [{ emails: [{ value: 'a@x.example' }] }, {}]) {
        for (const operation of [
          { op: 'Replace', path, value: 'b@x.example' },
          { op: 'Add', path, value: 'b@x.example' },
          { op: 'Add', path: 'emails[primary eq "True"].value', value: 'b@x.example' },
          { op: 'Replace', value: { [path]: 'b@x.example' } },
        ]) {
          const { id } = await scene().user(before)
          const patched = await scene().patch(id, operation)
          assert.deepEqual(patched.answer?.['emails'], emails, patched.text)
        }
      }
      assert.equal(reported(scene()), 'emails[type eq "work"].type')
    })

    it('removes the only address that there is', async () => {
      const { id } = await scene().user({ emails: [{ value: 'a@x.example' }] })
      const patched = await scene().patch(id, { op: 'Remove', path: 'emails[type eq "work"]' })
      assert.equal(patched.status, 200, patched.text)
      assert.equal(patched.answer?.['emails'], undefined)
    })

    it('is 400 where several addresses can be meant, or the types of several would become one', async () => {
      const several = await scene().user({
        emails: [{ value: 'a@x.example' }, { value: 'b@x.example' }],
      })
      const one = await scene().user({ emails: [{ value: 'a@x.example' }] })
      await scene().writesNothing(async () => {
        const unclear = await scene().patch(several.id, replaceOf('work'))
        assert.equal(unclear.answer?.['scimType'], 'noTarget', unclear.text)
        const both = await scene().patch(one.id, replaceOf('work'), replaceOf('home'))
        assert.equal(both.answer?.['scimType'], 'invalidValue', both.text)
      })
    })
  })
})
