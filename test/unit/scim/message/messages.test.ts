import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { ScimError, scimErrors } from '../../../../src/scim/error.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { errorMessage } from '../../../../src/scim/message/error-message.ts'
import { listResponse, listResponseText } from '../../../../src/scim/message/list-response.ts'
import {
  toResourceTypeDocument,
  toSchemaDocument,
} from '../../../../src/scim/message/schema-document.ts'
import { serviceProviderConfig } from '../../../../src/scim/message/service-provider-config.ts'
import { groupSchema } from '../../../../src/scim/schema/group.ts'
import { userResourceType } from '../../../../src/scim/schema/resource-types.ts'
import { userSchema } from '../../../../src/scim/schema/user.ts'
import { enterpriseUrn, groupUrn, userUrn } from '../example.ts'

const baseUrl = 'https://bridge.example.org/scim/v2'

function resourcesOf(count: number): readonly JsonObject[] {
  return Array.from({ length: count }, (_, index) => ({ id: `${index}`, title: 'x'.repeat(80) }))
}

async function piecesOf(count: number): Promise<readonly string[]> {
  const resources = Readable.from(resourcesOf(count))
  const page = { resources, totalResults: count, startIndex: 1 }
  const pieces: string[] = []
  for await (const piece of listResponseText(page)) pieces.push(piece)
  return pieces
}

describe('errorMessage (RFC 7644 §3.12)', () => {
  it('writes the status as a text', () => {
    assert.deepEqual(errorMessage(scimErrors.invalidValue('userName is required.')), {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '400',
      scimType: 'invalidValue',
      detail: 'userName is required.',
    })
  })

  it('has no scimType where there is none', () => {
    assert.deepEqual(errorMessage(new ScimError(404, undefined, 'User 1 not found.')), {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '404',
      detail: 'User 1 not found.',
    })
  })
})

describe('listResponse (RFC 7644 §3.4.2)', () => {
  it('counts the resources of the page', () => {
    assert.deepEqual(
      listResponse({ resources: [{ id: 'a' }, { id: 'b' }], totalResults: 7, startIndex: 3 }),
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 7,
        itemsPerPage: 2,
        startIndex: 3,
        Resources: [{ id: 'a' }, { id: 'b' }],
      },
    )
  })

  it('answers an empty result with an empty list, which Entra ID insists on', () => {
    assert.deepEqual(listResponse({ resources: [], totalResults: 0, startIndex: 1 }), {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 0,
      itemsPerPage: 0,
      startIndex: 1,
      Resources: [],
    })
  })

  it('carries cursors (RFC 9865 §2)', () => {
    const message = listResponse({ resources: [], totalResults: 9, nextCursor: 'n' })
    assert.equal(message['nextCursor'], 'n')
    assert.ok(!('startIndex' in message))
  })
})

describe('listResponseText (RFC 7644 §3.4.2)', () => {
  for (const count of [0, 1, 2, 1000]) {
    it(`has in its pieces what the whole has, with ${count} resources`, async () => {
      const page = { resources: resourcesOf(count), totalResults: count, startIndex: 1 }
      assert.deepEqual(JSON.parse((await piecesOf(count)).join('')), listResponse(page))
    })
  }

  it('begins with the first resource, and goes on with many at a time', async () => {
    const pieces = await piecesOf(1000)
    assert.match(pieces[0] ?? '', /"Resources":\[\{"id":"0"/u)
    assert.ok(pieces.length > 4 && pieces.length < 10, `${pieces.length}`)
  })
})

describe('serviceProviderConfig (RFC 7643 §5)', () => {
  const token = {
    type: 'oauthbearertoken',
    name: 'Bearer token',
    description: 'A token in the Authorization header.',
  } as const

  it('says no to what is left out', () => {
    const options = {
      changePassword: false,
      sort: false,
      etag: false,
      authenticationSchemes: [token],
    }
    assert.deepEqual(serviceProviderConfig(options, baseUrl), {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      patch: { supported: true },
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
      filter: { supported: false, maxResults: 0 },
      changePassword: { supported: false },
      sort: { supported: false },
      etag: { supported: false },
      authenticationSchemes: [token],
      meta: {
        resourceType: 'ServiceProviderConfig',
        location: `${baseUrl}/ServiceProviderConfig`,
      },
    })
  })

  it('says what there is, with its limits', () => {
    const config = serviceProviderConfig(
      {
        documentationUri: 'https://example.org/',
        bulk: { maxOperations: 100, maxPayloadSize: 1_048_576 },
        filter: { maxResults: 1000 },
        changePassword: true,
        sort: true,
        etag: true,
        cursor: { maxPageSize: 500, timeoutSeconds: 300 },
        authenticationSchemes: [],
      },
      baseUrl,
    )
    assert.equal(config['documentationUri'], 'https://example.org/')
    assert.deepEqual(config['bulk'], {
      supported: true,
      maxOperations: 100,
      maxPayloadSize: 1_048_576,
    })
    assert.deepEqual(config['filter'], { supported: true, maxResults: 1000 })
    assert.deepEqual(config['pagination'], {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 500,
      maxPageSize: 500,
      cursorTimeout: 300,
    })
  })
})

describe('toSchemaDocument (RFC 7643 §7)', () => {
  it('writes a schema with its attributes and their parts', () => {
    const document = toSchemaDocument(
      { ...groupSchema, attributes: groupSchema.attributes.slice(0, 1) },
      baseUrl,
    )
    assert.deepEqual(document, {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
      id: groupUrn,
      name: 'Group',
      description: 'Group',
      attributes: [
        {
          name: 'displayName',
          type: 'string',
          multiValued: false,
          description: 'The name of the group.',
          required: true,
          caseExact: false,
          mutability: 'readWrite',
          returned: 'default',
          uniqueness: 'server',
        },
      ],
      meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${groupUrn}` },
    })
  })

  it('is JSON without null, which Entra ID does not take', () => {
    const text = JSON.stringify(toSchemaDocument(userSchema, baseUrl))
    assert.ok(!text.includes('null'))
    assert.deepEqual(JSON.parse(text), toSchemaDocument(userSchema, baseUrl))
  })

  it('writes canonical values and what references refer to', () => {
    const text = JSON.stringify(toSchemaDocument(userSchema, baseUrl))
    assert.ok(text.includes('"canonicalValues":["work","home","other"]'))
    assert.ok(text.includes('"referenceTypes":["User","Group"]'))
  })
})

describe('toResourceTypeDocument (RFC 7643 §6)', () => {
  it('writes a resource type with its extensions', () => {
    assert.deepEqual(toResourceTypeDocument(userResourceType, baseUrl), {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      id: 'User',
      name: 'User',
      endpoint: '/Users',
      description: 'User Account',
      schema: userUrn,
      schemaExtensions: [{ schema: enterpriseUrn, required: false }],
      meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/User` },
    })
  })
})
