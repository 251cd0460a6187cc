import assert from 'node:assert/strict'
import { AdminClient, type StoredEntry } from '../../../support/admin-client.ts'
import { openTestBridge, type Overrides, type TestBridge } from '../../../support/bridge.ts'
import { startOpenldap } from '../../../support/openldap.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { openldapPlace } from '../../servers/places.ts'
import { oneLine } from '../users-map.ts'

const range = { from: 10_000, to: 60_000 }

/** Users who are posixAccounts, too. */
const accounts: Overrides = {
  'users.createClasses': '[posixAccount]',
  'users.numbers': oneLine({ uidNumber: range }),
  'users.fixed': oneLine({ gidNumber: '100', loginShell: '/bin/bash' }),
  'users.derived': oneLine({
    homeDirectory: {
      from: ['userName'],
      before: '@',
      replace: '/',
      prefix: '/home/',
      follows: false,
    },
  }),
}

describe('Users who get numbers and home directories, on an OpenLDAP', function () {
  this.timeout(60_000)

  let bridge: TestBridge
  let admin: AdminClient

  beforeEach(async () => {
    const server = sharedOpenldap()
    bridge = await openTestBridge(server, accounts)
    admin = new AdminClient(server)
  })

  afterEach(async () => {
    await bridge.close()
  })

  /** The entry of a new user. */
  async function created(userName: string, by = bridge): Promise<StoredEntry> {
    const name = { givenName: 'Ada', familyName: 'Lovelace' }
    const { status, text } = await by.scim.post('/Users', { userName, name })
    assert.equal(status, 201, text)
    const { people: base } = bridge.section
    const [entry] = await admin.search({ base, filter: `(uid=${userName})` })
    return entry ?? assert.fail('the user is not there')
  }

  /** The number of a new user. */
  async function numberOf(userName: string, by = bridge): Promise<string | undefined> {
    return (await created(userName, by)).attributes['uidNumber']?.[0]
  }

  async function idOf(userName: string): Promise<string> {
    const { answer } = await bridge.scim.get(`/Users?filter=userName eq "${userName}"`)
    const users = (answer?.['Resources'] ?? []) as readonly { readonly id: string }[]
    return users[0]?.id ?? assert.fail('the user is not there')
  }

  async function addAccount(uid: string, uidNumber: string): Promise<string> {
    const dn = `uid=${uid},${bridge.section.people}`
    const account = { uid, cn: uid, sn: uid, uidNumber, gidNumber: '1', homeDirectory: '/' }
    await admin.add(dn, { objectClass: ['inetOrgPerson', 'posixAccount'], ...account })
    return dn
  }

  /** Another bridge on the same people. */
  async function beside(): Promise<TestBridge> {
    const { people, groups } = bridge.section
    const own = { 'users.base': people, 'groups.base': groups }
    return await openTestBridge(sharedOpenldap(), { ...accounts, ...own })
  }

  it('are whole accounts, the first with the lowest number', async () => {
    const { attributes } = await created('ada@example.org')
    assert.deepEqual(
      ['objectClass', 'uidNumber', 'gidNumber', 'homeDirectory', 'loginShell'].map(
        (name) => attributes[name],
      ),
      [['inetOrgPerson', 'posixAccount'], ['10000'], ['100'], ['/home/ada'], ['/bin/bash']],
    )
  })

  it('get the number behind the highest of the range, whoever gave that', async () => {
    await addAccount('low', '999')
    await addAccount('nobody', '65534')
    await addAccount('high', '20007')
    assert.deepEqual([await numberOf('one'), await numberOf('two')], ['20008', '20009'])
    await addAccount('higher', '30000')
    assert.equal(await numberOf('three'), '30001')
  })

  it('get nobody else’s number after a deletion, as long as the bridge runs', async () => {
    assert.equal(await numberOf('one'), '10000')
    assert.equal((await bridge.scim.delete(`/Users/${await idOf('one')}`)).status, 204)
    assert.equal(await numberOf('two'), '10001')
  })

  it('get a number that was meant for somebody who was not created', async () => {
    for (const _ of [1, 2, 3]) {
      const emails = [{ type: 'work', value: 'adé@example.org' }]
      const body = { userName: 'ade', name: { familyName: 'Lovelace' }, emails }
      assert.equal((await bridge.scim.post('/Users', body)).status, 400)
    }
    assert.equal(await numberOf('ada'), '10000')
  })

  it('keep number and home directory when they are renamed', async () => {
    const { attributes } = await created('ada')
    const renamed = await bridge.scim.put(`/Users/${await idOf('ada')}`, {
      userName: 'countess',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
    })
    assert.equal(renamed.status, 200, renamed.text)
    const now = await admin.read(`uid=countess,${bridge.section.people}`)
    for (const name of ['uidNumber', 'homeDirectory']) {
      assert.deepEqual(now?.attributes[name], attributes[name])
    }
  })

  it('are shown in a preview with the number that they would get, which stays free', async () => {
    const body = { userName: 'ada', name: { familyName: 'Lovelace' } }
    const preview = await bridge.scim.send('POST', '/Users', {
      body,
      headers: { prefer: 'dry-run' },
    })
    assert.match(preview.text, /uidNumber: 10000/u)
    assert.equal(await numberOf('ada'), '10000')
  })

  it('all get different numbers when they come at the same time through two bridges', async () => {
    const other = await beside()
    try {
      const names = Array.from({ length: 24 }, (_, index) => `at-once-${index}`)
      const numbers = await Promise.all(
        names.map(async (name, index) => await numberOf(name, index % 2 === 0 ? bridge : other)),
      )
      const { people: base } = bridge.section
      const entries = await admin.search({ base, filter: '(uidNumber=*)' })
      const stored = entries.map(({ attributes }) => attributes['uidNumber']?.[0])
      assert.equal(numbers.length, 24)
      assert.equal(new Set(stored).size, 24, stored.join(' '))
    } finally {
      await other.close()
    }
  })

  it('are not created when the range is used up, and the log says what to do', async () => {
    await addAccount('last', '60000')
    const body = { userName: 'late', name: { familyName: 'Late' } }
    const { status, text } = await bridge.scim.post('/Users', body)
    assert.equal(status, 500, text)
    const found = await bridge.scim.get('/Users?filter=userName eq "late"')
    assert.equal(found.answer?.['totalResults'], 0)
    assert.match(causes(bridge), /uidNumber: the highest, 60000, is taken/u)
  })

  it('need a range of an attribute that holds numbers in order', async () => {
    const wrong = { 'users.numbers': oneLine({ gecos: { ...range }, uidNumber: range }) }
    const faulty = await openTestBridge(sharedOpenldap(), { ...accounts, ...wrong })
    try {
      const { status } = await faulty.scim.get('/Users')
      assert.equal(status, 500)
      assert.match(causes(faulty), /users\.numbers\.gecos: is no attribute of whole numbers/u)
    } finally {
      await faulty.close()
    }
  })
})

describe('Numbers that the server keeps unique, too, on an OpenLDAP', function () {
  this.timeout(60_000)

  it('are moved on from when somebody out of reach has them', async () => {
    const server = await startOpenldap({ overlays: ['unique', 'ppolicy'] })
    try {
      const admin = new AdminClient(server)
      const [overlay] = await admin.search({
        base: 'cn=config',
        filter: '(objectClass=olcUniqueConfig)',
        attributes: ['1.1'],
      })
      await admin.modify(overlay?.dn ?? assert.fail('there is no overlay unique'), {
        operation: 'add',
        type: 'olcUniqueURI',
        values: [`ldap:///${exampleTree.people}?uidNumber?sub`],
      })
      const bridge = await openTestBridge(server, accounts, {
        ...openldapPlace.bridge,
        without: ['users.memberOf'],
      })
      try {
        for (const uidNumber of ['10000', '10001']) {
          await admin.add(`uid=far-${uidNumber},${exampleTree.people}`, {
            objectClass: ['inetOrgPerson', 'posixAccount'],
            cn: 'Far',
            sn: 'Far',
            gidNumber: '1',
            homeDirectory: '/',
            uidNumber,
          })
        }
        const body = { userName: 'near', name: { familyName: 'Near' } }
        const { status, text } = await bridge.scim.post('/Users', body)
        assert.equal(status, 201, text)
        const dn = `uid=near,${bridge.section.people}`
        assert.deepEqual(await admin.values(dn, 'uidNumber'), ['10002'])
      } finally {
        await bridge.close()
      }
    } finally {
      await server.close()
    }
  })
})

/** What was behind the errors that a bridge has logged. */
function causes({ events }: TestBridge): string {
  return events.map(({ error }) => (error instanceof Error ? String(error.cause) : '')).join('\n')
}
