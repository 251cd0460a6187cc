import assert from 'node:assert/strict'
import {
  toResourceTypeDocument,
  toSchemaDocument,
} from '../../../src/scim/message/schema-document.ts'
import { groupResourceType, userResourceType } from '../../../src/scim/schema/resource-types.ts'
import { AppUnderTest, errorBody } from './app-under-test.ts'

/** The body of a whole list. */
function listOf(resources: readonly object[]): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: resources,
  }
}

describe('the discovery endpoints (RFC 7644 §4)', () => {
  let app: AppUnderTest

  before(async () => {
    app = await AppUnderTest.start()
  })

  after(() => app.stop())

  it('say what the service provider can do', async () => {
    const answer = await app.scim('/ServiceProviderConfig')
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_048_576 },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: true },
      sort: { supported: false },
      etag: { supported: true },
      authenticationSchemes: [
        {
          type: 'oauthbearertoken',
          name: 'OAuth Bearer Token',
          description: 'A bearer token in the Authorization header.',
          specUri: 'https://www.rfc-editor.org/info/rfc6750',
          primary: true,
        },
      ],
      meta: {
        resourceType: 'ServiceProviderConfig',
        location: `${app.baseUrl}/ServiceProviderConfig`,
      },
    })
  })

  it('list the resource types', async () => {
    const answer = await app.scim('/ResourceTypes?startIndex=2&count=0')
    const types = [userResourceType, groupResourceType]
    const documents = types.map((type) => toResourceTypeDocument(type, app.baseUrl))
    assert.deepEqual(answer.body, listOf(documents))
  })

  it('show one resource type', async () => {
    const answer = await app.scim('/ResourceTypes/group')
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, toResourceTypeDocument(groupResourceType, app.baseUrl))
  })

  it('list every schema once, as Entra ID reads them', async () => {
    const answer = await app.scim('/Schemas')
    const [extension] = userResourceType.schemaExtensions
    assert.ok(extension !== undefined)
    const definitions = [userResourceType.schema, extension.schema, groupResourceType.schema]
    const documents = definitions.map((schema) => toSchemaDocument(schema, app.baseUrl))
    assert.deepEqual(answer.body, listOf(documents))
    assert.doesNotMatch(answer.text, /null/u)
  })

  for (const urn of [
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'urn%3Aietf%3Aparams%3Ascim%3Aschemas%3Acore%3A2.0%3Auser',
  ]) {
    it(`show the schema ${urn}`, async () => {
      const answer = await app.scim(`/Schemas/${urn}`)
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.body, toSchemaDocument(userResourceType.schema, app.baseUrl))
    })
  }

  for (const path of ['/Schemas/urn:x', '/ResourceTypes/Printer', '/ServiceProviderConfig/x']) {
    it(`answer 404 for ${path}`, async () => assert.equal((await app.scim(path)).status, 404))
  }

  for (const path of [
    '/Schemas',
    '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User',
    '/ResourceTypes',
    '/ResourceTypes/User',
    '/ServiceProviderConfig',
  ]) {
    it(`answer 403 to a filter on ${path}, also to a blank one, and by its name in any case`, async () => {
      for (const query of ['filter=id+pr', 'filter=', 'Filter=id+pr']) {
        const answer = await app.scim(`${path}?${query}`)
        assert.deepEqual(answer.body, errorBody(403, 'This endpoint cannot be filtered.'))
      }
    })
  }
})
