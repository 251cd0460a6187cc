import assert from 'node:assert/strict'
import type { Modification } from '../../../src/directory/operation.ts'
import { type AttributeChange, modificationsFor } from '../../../src/mapping/modification-plan.ts'
import { schema } from './example.ts'

function plan(name: string, change: Omit<AttributeChange, 'type'>): Modification[] {
  const type = schema.attributeType(name)
  if (type === undefined) throw new Error(name)
  return modificationsFor({ type, ...change })
}

const deletion = (values: string[]) => ({ operation: 'delete', attribute: 'title', values })
const addition = (values: string[]) => ({ operation: 'add', attribute: 'title', values })

describe('The least modifications of an attribute (RFC 4511 §4.6)', () => {
  const table: readonly (readonly [string, Omit<AttributeChange, 'type'>, object[]])[] = [
    ['are none where nothing changes', { current: ['a', 'b'], wanted: ['b', 'a'] }, []],
    ['are none where nothing was and nothing is to be', { current: [], wanted: [] }, []],
    [
      'add what is new and leave what stays',
      { current: ['a'], wanted: ['a', 'b'] },
      [addition(['b'])],
    ],
    ['delete by value what goes, also the last', { current: ['a'], wanted: [] }, [deletion(['a'])]],
    [
      'delete first, so that a value may change its case',
      { current: ['Smith'], wanted: ['SMITH'] },
      [deletion(['Smith']), addition(['SMITH'])],
    ],
    ['compare bytes with text', { current: [Buffer.from('é')], wanted: ['é'] }, []],
    [
      'put a new value first where it has to be',
      { current: ['a', 'b'], wanted: ['c', 'b'], isFirstFirst: true },
      [deletion(['a', 'b']), addition(['c', 'b'])],
    ],
    [
      'move only what stands before the first',
      { current: ['a', 'b', 'c'], wanted: ['b', 'a', 'c'], isFirstFirst: true },
      [deletion(['a']), addition(['a'])],
    ],
    [
      'are none where the first is first already',
      { current: ['a', 'b'], wanted: ['a', 'b'], isFirstFirst: true },
      [],
    ],
    [
      'delete all where nothing is to be first',
      { current: ['a'], wanted: [], isFirstFirst: true },
      [deletion(['a'])],
    ],
  ]
  for (const [sentence, change, expected] of table) {
    it(sentence, () => {
      assert.deepEqual(plan('title', change), expected)
    })
  }

  it('replace the values of an attribute without equality rule, which OpenLDAP lets nobody add to or delete from', () => {
    const attribute = 'facsimileTelephoneNumber'
    const replacement = (values: string[]) => [{ operation: 'replace', attribute, values }]
    assert.deepEqual(
      plan(attribute, { current: ['1'], wanted: ['1', '2'] }),
      replacement(['1', '2']),
    )
    assert.deepEqual(plan(attribute, { current: ['1', '2'], wanted: ['2'] }), replacement(['2']))
    assert.deepEqual(plan(attribute, { current: ['1'], wanted: [] }), replacement([]))
    assert.deepEqual(plan(attribute, { current: [], wanted: ['1'] }), [
      { operation: 'add', attribute, values: ['1'] },
    ])
  })
})
