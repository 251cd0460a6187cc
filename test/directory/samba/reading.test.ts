import assert from 'node:assert/strict'
import { Client, SizeLimitExceededError } from 'ldapts'
import type { SearchRequest } from '../../../src/directory/directory.ts'
import { childDn, isSameDn } from '../../../src/directory/dn.ts'
import type { Entry } from '../../../src/directory/entry.ts'
import { and, equals, present } from '../../../src/directory/filter.ts'
import type { LdapDirectory } from '../../../src/directory/ldap-directory.ts'
import { DomainController } from '../../support/domain-controller.ts'
import { exampleDomain } from '../../support/samba.ts'
import { openLdapDirectory } from '../adapter/open-ldap-directory.ts'
import { addDomainSection, domainAdmin, type DomainSection } from './domain-section.ts'
import { sharedSamba } from '../../support/shared-samba.ts'

// Documented are 1000 and 1500; what is tested is that there are limits.
const limits = { maxPageSize: 20, maxValRange: 20 }
const contacts = Array.from({ length: 50 }, (_, index) => `contact ${index}`)

async function all(directory: LdapDirectory, request: SearchRequest): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for await (const entry of directory.search(request)) entries.push(entry)
  return entries
}

function expectAll(entry: Entry | undefined): void {
  const names = (entry?.texts('member') ?? []).map((dn) => dn.split(',')[0]?.slice(3) ?? '')
  assert.deepEqual(names.sort(), [...contacts].sort())
  assert.equal(
    entry?.names.some((name) => name.includes('range')),
    false,
  )
}

/** The text form of an objectGUID, of which the first three groups are stored with their last byte first. */
function guidText(guid: Buffer): string {
  const swapped = Buffer.from(guid)
  swapped.subarray(0, 4).reverse()
  swapped.subarray(4, 6).reverse()
  swapped.subarray(6, 8).reverse()
  return swapped.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

describe('Reading from a domain controller', () => {
  let controller: DomainController
  let directory: LdapDirectory
  let section: DomainSection
  let large = ''
  const read = async (base: string, attributes: readonly string[]): Promise<Entry | undefined> => {
    const filter = present('objectClass')
    const [entry] = await all(directory, { base, scope: 'base', filter, attributes })
    return entry
  }

  before(async () => {
    const samba = sharedSamba()
    controller = await DomainController.start(samba, { limits })
    directory = await openLdapDirectory({ url: controller.url, bridge: samba.bridge })
    section = await addDomainSection(samba)
    const { people, groups } = section
    const members = contacts.map((name) => childDn('CN', name, people))
    large = childDn('CN', 'large', groups)
    const admin = domainAdmin(samba)
    await admin.addAll(members.map((dn) => ({ dn, attributes: { objectClass: 'contact' } })))
    const attributes = { objectClass: 'group', sAMAccountName: `${Date.now()}`, member: members }
    await admin.add(large, attributes)
  })

  after(async () => {
    await directory.close()
    await controller.close()
    await section.remove()
  })

  it('shows a part of many values beside an empty attribute (MS-ADTS 3.1.1.3.1.3.3)', async () => {
    const { bridge } = sharedSamba()
    const client = new Client({ url: controller.url })
    await client.bind(bridge.dn, bridge.password)
    const { searchEntries } = await client.search(large, { scope: 'base', attributes: ['member'] })
    await client.unbind()
    const [entry] = searchEntries
    assert.deepEqual(entry?.['member'], [])
    assert.equal([entry['member;range=0-19']].flat().length, 20)
  })

  it('reads all values of an attribute in ranges, of one entry and of many', async () => {
    expectAll(await read(large, ['cn', 'member']))
    const request = { base: section.groups, scope: 'sub', filter: present('member') } as const
    const [found, ...others] = await all(directory, { ...request, attributes: ['member'] })
    assert.deepEqual(others, [])
    expectAll(found)
    const [limited] = await all(directory, { ...request, attributes: ['member'], limit: 5 })
    expectAll(limited)
  })

  it('answers the whole of a large group after a change', async () => {
    const description = `changed ${Date.now()}`
    const entry = await directory.execute({
      operations: [
        {
          kind: 'modify',
          dn: large,
          modifications: [
            { operation: 'replace', attribute: 'description', values: [description] },
          ],
        },
      ],
      read: ['description', 'member'],
    })
    assert.equal(entry?.text('description'), description)
    expectAll(entry)
  })

  it('leaves the members of a large group where they are when they are not asked for', async () => {
    assert.deepEqual((await read(large, ['cn']))?.names, ['cn'])
  })

  it('walks in pages what the server would cut off (MaxPageSize)', async () => {
    const { bridge } = sharedSamba()
    const client = new Client({ url: controller.url })
    await client.bind(bridge.dn, bridge.password)
    const cutOff = client.search(section.people, { scope: 'sub', attributes: ['1.1'] })
    await assert.rejects(cutOff, SizeLimitExceededError)
    await client.unbind()
    const filter = equals('objectClass', 'contact')
    const request = { base: section.people, scope: 'sub', filter, attributes: [] } as const
    assert.equal((await all(directory, request)).length, contacts.length)
  })

  it('finds an entry by the bytes of its objectGUID, and reads it at <GUID=…>', async () => {
    const guid = (await read(large, ['objectGUID']))?.bytes('objectGUID')[0] ?? Buffer.alloc(0)
    const filter = equals('objectGUID', guid)
    const request = { base: exampleDomain.groups, scope: 'sub', filter, attributes: [] } as const
    assert.deepEqual(
      (await all(directory, request)).map(({ dn }) => dn),
      [large],
    )
    const address = `<GUID=${guidText(guid)}>`
    const entry = await read(address, ['cn'])
    assert.ok(isSameDn(entry?.dn ?? '', large))
    assert.equal(entry?.text('cn'), 'large')
  })

  it('reads a schema of more definitions than come at a time', async () => {
    const { schema } = await directory.capabilities()
    assert.equal(schema.attributeType('departmentNumber')?.isSingleValued, false)
    assert.equal(schema.objectClass('user')?.may.includes('manager'), true)
  })

  it('ignores the references to other partitions of a search of the whole domain', async () => {
    const filter = and([equals('objectClass', 'group'), equals('cn', 'VPN Users')])
    const request = { base: exampleDomain.suffix, scope: 'sub', filter, attributes: [] } as const
    const found = await all(directory, request)
    assert.deepEqual(
      found.map(({ dn }) => dn),
      [`CN=VPN Users,${exampleDomain.groups}`],
    )
  })

  it('shows members of other forests, and who is protected', async () => {
    const partner = (await read(exampleDomain.partners, ['member']))?.text('member') ?? ''
    assert.match(partner, /^CN=S-1-5-21-.*,CN=ForeignSecurityPrincipals,/)
    assert.equal((await read(exampleDomain.protectedUser, ['adminCount']))?.text('adminCount'), '1')
  })
})
