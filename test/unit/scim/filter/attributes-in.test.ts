import assert from 'node:assert/strict'
import { attributesIn } from '../../../../src/scim/filter/attributes-in.ts'
import { parseFilter } from '../../../../src/scim/filter/parse-filter.ts'
import { users } from '../example.ts'

describe('attributesIn', () => {
  const filters: [text: string, names: string[]][] = [
    ['userName eq "b"', ['userName']],
    ['name.familyName sw "J" and title pr', ['name', 'title']],
    ['not (active eq true or userName eq "b")', ['active', 'userName']],
    ['emails[type eq "work" and value co "@"] and emails.primary eq true', ['emails']],
  ]

  for (const [text, names] of filters) {
    it(`finds ${names.join(' and ')} in ${text}`, () => {
      const found = [...attributesIn(parseFilter(text, users))].map(
        ({ attribute }) => attribute.name,
      )
      assert.deepEqual(found, names)
    })
  }
})
