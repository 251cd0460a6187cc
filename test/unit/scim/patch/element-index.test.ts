import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { Allowance } from '../../../../src/scim/patch/allowance.ts'
import { ElementIndex } from '../../../../src/scim/patch/element-index.ts'
import { scimErrors } from '../../../../src/scim/error.ts'
import { users } from '../example.ts'

function attribute(name: string): NonNullable<ReturnType<typeof users.attribute>> {
  const found = users.attribute(name)
  assert.ok(found)
  return found
}

function indexOf(name: string, elements: readonly JsonObject[], most = Infinity): ElementIndex {
  return new ElementIndex(attribute(name), elements, new Allowance(most, 'too much'))
}

describe('ElementIndex', () => {
  const elements = [
    { value: 'a', type: 'work' },
    { value: 'A', display: 'none' },
    { value: 'a', type: 'home', display: 'x' },
    { value: 'b', type: 'home', display: 'X' },
  ]
  const cases: [given: JsonObject, places: number[]][] = [
    [{ value: 'a' }, [0, 1, 2]],
    [{ value: 'a', type: 'home' }, [1, 2]],
    [{ value: 'a', type: 'other', display: 'y' }, [1]],
    [{ value: 'b', type: 'work' }, []],
    [{ type: 'HOME' }, [2, 3]],
    [{ display: 'x' }, [2, 3]],
    [{ type: 'work', display: 'x' }, []],
  ]
  for (const [given, places] of cases) {
    it(`finds at ${JSON.stringify(places)} what ${JSON.stringify(given)} means`, () => {
      const index = indexOf('emails', elements)
      assert.equal(index.firstPlaceOf(given), places[0])
      assert.deepEqual(new Set(index.takePlacesOf(given)), new Set(places))
      assert.deepEqual(index.takePlacesOf(given), [])
    })
  }

  it('finds what it has been told of after it was asked', () => {
    const index = indexOf('addresses', [{ type: 'work', locality: 'Kiel' }])
    assert.equal(index.firstPlaceOf({ locality: 'Bonn' }), undefined)
    index.note({ type: 'home', locality: 'Bonn' }, 1)
    assert.equal(index.firstPlaceOf({ locality: 'bonn' }), 1)
  })

  const kinds: [kind: string, name: string, elementAt: (index: number) => JsonObject][] = [
    ['neither value nor name in common', 'addresses', (index) => ({ locality: `l${index}` })],
    ['types of their own', 'addresses', (index) => ({ type: `t${index}`, locality: 'Kiel' })],
    ['one value and types of their own', 'emails', (index) => ({ value: 'a', type: `t${index}` })],
  ]
  for (const [kind, name, elementAt] of kinds) {
    it(`looks a few times at each of many elements with ${kind}`, () => {
      const count = 2000
      let looks = 0
      const watched = Array.from(
        { length: count },
        (_, index) =>
          new Proxy(elementAt(index), {
            get(element, key) {
              looks += 1
              return Reflect.get(element, key) as unknown
            },
          }),
      )
      const index = indexOf(name, [])
      for (const [place, given] of watched.entries()) {
        assert.equal(index.firstPlaceOf(given), undefined)
        index.note(given, place)
      }
      assert.ok(looks <= 10 * count, `${looks} looks at ${count} elements`)
    })
  }

  it('goes over the elements again for each choice of names, as far as it is allowed', () => {
    const index = indexOf('addresses', [{ locality: 'Kiel' }, { locality: 'Bonn' }], 2)
    index.firstPlaceOf({ locality: 'Kiel' })
    index.firstPlaceOf({ locality: 'Bonn' })
    index.firstPlaceOf({ region: 'North' })
    assert.throws(
      () => index.firstPlaceOf({ country: 'DE' }),
      scimErrors.payloadTooLarge('too much'),
    )
  })
})
