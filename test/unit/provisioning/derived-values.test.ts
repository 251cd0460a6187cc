import assert from 'node:assert/strict'
import { DirectoryError } from '../../../src/directory/error.ts'
import type { DerivedValues } from '../../../src/mapping/derivation.ts'
import type { EntryMapping } from '../../../src/mapping/entry-mapping.ts'
import { type Derived, DerivedValueFinder } from '../../../src/provisioning/derived-values.ts'
import { EntryReader } from '../../../src/provisioning/entry-reader.ts'
import { FreeNumbers } from '../../../src/provisioning/free-numbers.ts'
import { MemoryDirectory, type SeedEntry } from '../../support/memory-directory.ts'
import { mappings, people, person } from '../mapping/example.ts'
import { reason } from './reason.ts'

const base = `ou=staff,${people}`
/** A person of the staff, or elsewhere below the people, where the bridge does not reach. */
function somebody(uid: string, parent = base): SeedEntry {
  return {
    dn: `uid=${uid},${parent}`,
    attributes: { objectClass: 'inetOrgPerson', uid, cn: `Of ${uid}`, sn: 'S' },
  }
}

/** Derives a cn, which names the entries, and a uid, which no two people may share. */
class Scene {
  readonly directory: MemoryDirectory
  readonly finder: DerivedValueFinder
  readonly entries: EntryMapping

  constructor(entries: readonly SeedEntry[] = [], uid: object = {}) {
    const staff = { dn: base, attributes: { objectClass: 'organizationalUnit', ou: 'staff' } }
    this.directory = new MemoryDirectory({ entries: [staff, ...entries] })
    const reader = new EntryReader(this.directory)
    const numbers = new FreeNumbers({ directory: this.directory, reader })
    this.finder = new DerivedValueFinder({ reader, numbers })
    this.entries = mappings({
      users: {
        base,
        rdn: 'cn',
        derived: {
          cn: { from: ['displayName', 'userName'], separator: ' ' },
          uid: { from: ['userName'], before: '@', ...uid },
        },
      },
      attributes: {
        userName: 'mail',
        'emails[type eq "work"]': undefined,
        'name.formatted': undefined,
        'name.familyName': { attribute: 'sn', fallback: ['userName'] },
        'name.givenName': 'givenName',
      },
    }).users.entries
  }

  async find(what: Derived): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries(await this.finder.find(this.entries, what))
  }

  /** Adds the entry that the values name. */
  async add(after: Derived['after']): Promise<string | undefined> {
    const entry = await this.finder.write(
      this.entries,
      { after },
      reason,
      async (values) =>
        await this.directory.execute(
          { operations: [{ kind: 'add', ...entryWith(values) }], read: ['uid'] },
          reason,
        ),
    )
    return entry && `${entry.dn} ${entry.text('uid')}`
  }
}

function entryWith(values: DerivedValues) {
  const [cn = '', uid = ''] = [values.get('cn'), values.get('uid')]
  const attributes = Object.entries({ objectClass: 'inetOrgPerson', cn, uid, sn: 'S' })
  return {
    dn: `cn=${cn},${base}`,
    attributes: attributes.map(([type, value]) => ({ type, values: [value] })),
  }
}

describe('DerivedValueFinder', () => {
  const ada = { userName: 'ada@example.org', displayName: 'Ada' }

  it('takes the plain values where nobody has them', async () => {
    assert.deepEqual(await new Scene().find({ after: ada }), { cn: 'Ada', uid: 'ada' })
  })

  it('takes the first number that nobody within reach has, in any case', async () => {
    const scene = new Scene(['ADA', 'ada2', 'ada4'].map((uid) => somebody(uid)))
    assert.deepEqual(await scene.find({ after: ada }), { cn: 'Ada', uid: 'ada3' })
  })

  it('looks twenty candidates up at a time', async () => {
    const taken = Array.from({ length: 20 }, (_, index) => `ada${index === 0 ? '' : index + 1}`)
    const scene = new Scene(taken.map((uid) => somebody(uid)))
    assert.deepEqual(await scene.find({ after: ada }), { cn: 'Ada', uid: 'ada21' })
    assert.equal(scene.directory.searchCount, 3)
  })

  it('makes nothing of a resource without what a value is made from', async () => {
    assert.deepEqual(await new Scene().find({ after: { displayName: 'Ada' } }), { cn: 'Ada' })
  })

  it('changes only what is made from something that changes', async () => {
    const scene = new Scene([somebody('eve')])
    const change = { before: ada, after: { ...ada, userName: 'eve@example.org' } }
    assert.deepEqual(await scene.find({ ...change, entry: person() }), { uid: 'eve2' })
    const domain = { before: ada, after: { ...ada, userName: 'ada@example.net' } }
    assert.deepEqual(await scene.find({ ...domain, entry: person() }), {})
  })

  it('does not take the entry that changes for another one', async () => {
    const scene = new Scene([somebody('eve')])
    const change = { before: ada, after: { ...ada, userName: 'eve@example.org' } }
    const own = scene.directory.entry(`uid=eve,${base}`)
    assert.ok(own !== undefined)
    assert.deepEqual(await scene.find({ ...change, entry: own }), { uid: 'eve' })
  })

  it('keeps a value for ever that does not follow', async () => {
    const scene = new Scene([], { follows: false })
    const change = { before: ada, after: { ...ada, userName: 'eve@example.org' } }
    assert.deepEqual(await scene.find({ ...change, entry: person() }), {})
  })

  it('writes with the next value where the directory refuses one that somebody out of reach has', async () => {
    const scene = new Scene([somebody('ada', people), somebody('ada2', people)])
    assert.equal(await scene.add(ada), `cn=Ada,${base} ada3`)
  })

  it('writes with the next name where an entry of another kind has it', async () => {
    const dn = `cn=Ada,${base}`
    const scene = new Scene([
      { dn, attributes: { objectClass: 'groupOfNames', cn: 'Ada', member: people } },
    ])
    assert.equal(await scene.add(ada), `cn=Ada 2,${base} ada`)
  })

  it('tries again for nothing but a value that is taken, and of the values derived', async () => {
    for (const error of [
      new DirectoryError('invalidValue', 'no', { attribute: 'uid' }),
      new DirectoryError('notUnique', 'no', { attribute: 'mail' }),
      new DirectoryError('notUnique', 'no', { attribute: 'uid', isPartial: true }),
    ]) {
      const scene = new Scene()
      scene.directory.failNext(error, 'add')
      await assert.rejects(scene.add(ada), { name: 'DirectoryError', failure: error.failure })
      assert.equal(scene.directory.executed.length, 0)
    }
  })

  it('tries all but the name anew where the directory does not say which value is taken', async () => {
    const scene = new Scene()
    scene.directory.failNext(new DirectoryError('notUnique', 'taken'), 'add')
    assert.equal(await scene.add(ada), `cn=Ada,${base} ada2`)
  })

  it('gives up after twenty attempts', async () => {
    const scene = new Scene()
    let count = 0
    const refuse = async (): Promise<never> => {
      count += 1
      throw new DirectoryError('notUnique', 'taken', { attribute: 'uid' })
    }
    const writing = scene.finder.write(scene.entries, { after: ada }, reason, refuse)
    await assert.rejects(writing, { failure: 'notUnique' })
    assert.equal(count, 20)
  })
})
