import assert from 'node:assert/strict'
import { withMeta, withoutUnaskedMeta } from '../../../src/http/meta-projection.ts'
import type { ProjectionQuery } from '../../../src/provisioning/resource-service.ts'

const meta = { location: 'https://bridge.example.org/scim/v2/Users/1', version: 'W/"2"' }
const resource = { id: '1', userName: 'kelly', meta }

describe('the meta of an answer with a projection (RFC 7644 §3.3, §3.9, §3.14)', () => {
  const cases: readonly (readonly [string, ProjectionQuery, ProjectionQuery, object])[] = [
    ['is whole without a projection', {}, {}, resource],
    [
      'is read and not shown when only others are asked for',
      { attributes: ['userName'] },
      { attributes: ['userName', 'meta.location', 'meta.version'] },
      { id: '1', userName: 'kelly' },
    ],
    [
      'is shown when it is asked for, in any letter case',
      { attributes: ['META'] },
      { attributes: ['META', 'meta.location', 'meta.version'] },
      resource,
    ],
    [
      'is shown in part when a part is asked for',
      { attributes: ['meta.version'] },
      { attributes: ['meta.version', 'meta.location', 'meta.version'] },
      { ...resource, meta: { version: meta.version } },
    ],
    [
      'is read and not shown when it is excluded',
      { excludedAttributes: ['members', 'meta'] },
      { excludedAttributes: ['members'] },
      { id: '1', userName: 'kelly' },
    ],
    [
      'is shown without the part that is excluded',
      { excludedAttributes: ['meta.Location'] },
      { excludedAttributes: [] },
      { ...resource, meta: { version: meta.version } },
    ],
    [
      'is whole when others are excluded, of a like name too',
      { excludedAttributes: ['metadata', 'members'] },
      { excludedAttributes: ['metadata', 'members'] },
      resource,
    ],
  ]
  for (const [what, query, asked, shown] of cases) {
    it(what, () => {
      assert.deepEqual(withMeta(query), asked)
      assert.deepEqual(withoutUnaskedMeta(query, resource), shown)
    })
  }
})
