import assert from 'node:assert/strict'
import * as t from 'io-ts'
import { DecodeError, decode, joinPath } from '../../../src/codec/decode.ts'

function problemsOf(codec: t.Mixed, input: unknown): readonly string[] {
  try {
    decode(codec, input)
  } catch (error) {
    assert.ok(error instanceof DecodeError)
    return error.problems.map(({ path, reason }) => `${path}: ${reason}`)
  }
  return []
}

const Email = t.type({ value: t.string, primary: t.boolean }, 'Email')
const User = t.intersection(
  [t.type({ userName: t.string }), t.partial({ emails: t.array(Email), age: t.number })],
  'User',
)

describe('decode', () => {
  it('answers the value', () => {
    const user: t.TypeOf<typeof User> = decode(User, { userName: 'a', other: 1 })
    assert.deepEqual(user, { userName: 'a', other: 1 })
  })

  it('reports every problem with path and reason', () => {
    const input = { age: 'x', emails: [{ value: 1, primary: true }, { value: 'a' }, 3] }
    assert.deepEqual(problemsOf(User, input), [
      'userName: is required',
      'emails[0].value: must be a string',
      'emails[1].primary: is required',
      'emails[2]: must be an object',
      'age: must be a number',
    ])
  })

  it('says once that the whole input has the wrong shape', () => {
    assert.deepEqual(problemsOf(User, []), [': must be an object'])
    assert.deepEqual(problemsOf(t.array(t.string), {}), [': must be a list'])
    assert.throws(() => decode(User, 'x'), { message: 'the input must be an object' })
  })

  it('never quotes a value', () => {
    const error = (() => {
      try {
        return decode(User, { userName: ['hunter2'], age: 'hunter2', emails: 'hunter2' })
      } catch (caught) {
        return caught
      }
    })()
    assert.ok(error instanceof DecodeError)
    assert.ok(!`${error.message}${JSON.stringify(error.problems)}`.includes('hunter2'))
    assert.equal(
      error.message,
      'userName must be a string; emails must be a list; age must be a number',
    )
  })

  it('tells the first ten problems in its message, and keeps them all', () => {
    const input = Array.from({ length: 12 }, () => 'x')
    assert.throws(
      () => decode(t.array(t.number), input),
      (error) => {
        assert.ok(error instanceof DecodeError)
        assert.equal(error.problems.length, 12)
        assert.match(
          error.message,
          /^\[0\] must be a number; .*\[9\] must be a number; and 2 more$/u,
        )
        return true
      },
    )
  })

  it('takes time in proportion to the number of problems', () => {
    const Either = t.union([t.string, t.array(t.number)], 'text or numbers')
    const input = Array.from({ length: 50_000 }, () => 'x')
    const start = performance.now()
    assert.equal(problemsOf(Either, input).length, 50_000)
    assert.ok(performance.now() - start < 5000)
  })

  it('names a choice as a whole when no member of it fits', () => {
    const Flag = t.type({ active: t.union([t.boolean, t.string], 'true, false or text') })
    assert.deepEqual(problemsOf(Flag, { active: 1 }), ['active: must be true, false or text'])
    assert.deepEqual(problemsOf(Flag, {}), ['active: is required'])
  })

  it('reports the problems of the one member of a choice whose outer shape fits', () => {
    const Manager = t.type({ manager: t.union([t.string, t.type({ value: t.string })]) })
    assert.deepEqual(problemsOf(Manager, { manager: { value: 1 } }), [
      'manager.value: must be a string',
    ])
    const Values = t.union([t.type({ a: t.string }), t.type({ b: t.string })], 'A or B')
    assert.deepEqual(problemsOf(Values, {}), [': must be A or B'])
  })

  it('looks into choices within choices', () => {
    const Inner = t.type({ x: t.union([t.number, t.type({ y: t.number })], 'X') })
    const Outer = t.union([t.string, Inner], 'Outer')
    assert.deepEqual(problemsOf(Outer, { x: { y: '' } }), ['x.y: must be a number'])
    assert.deepEqual(problemsOf(Outer, { x: '' }), ['x: must be X'])
  })

  it('uses the words of the codec where it has its own', () => {
    const Id = t.refinement(t.string, (value) => value.length > 2, 'text of three letters')
    assert.deepEqual(problemsOf(t.type({ id: Id }), { id: 'a' }), [
      'id: must be text of three letters',
    ])
    const Op = t.keyof({ add: null, remove: null }, 'add or remove')
    assert.deepEqual(problemsOf(t.type({ op: Op }), { op: 'a' }), ['op: must be add or remove'])
  })

  it('names places in tuples, records and exact types', () => {
    const Odd = t.exact(
      t.type({ pair: t.tuple([t.string, t.number]), map: t.record(t.string, t.number) }),
    )
    assert.deepEqual(problemsOf(Odd, { pair: ['a', 'b'], map: { k: 'v' } }), [
      'pair[1]: must be a number',
      'map.k: must be a number',
    ])
  })
})

describe('joinPath', () => {
  for (const { path, key, joined } of [
    { path: '', key: 'users', joined: 'users' },
    { path: 'users', key: 'base', joined: 'users.base' },
    { path: 'tokens', key: 0, joined: 'tokens[0]' },
    { path: '', key: 'urn:a:2.0:User', joined: '["urn:a:2.0:User"]' },
    { path: 'a', key: 'b\nc', joined: 'a["b\\nc"]' },
    { path: 'a', key: '', joined: 'a[""]' },
  ]) {
    it(`writes ${JSON.stringify(key)} below "${path}" as ${joined}`, () => {
      assert.equal(joinPath(path, key), joined)
    })
  }
})
