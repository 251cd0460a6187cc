import assert from 'node:assert/strict'
import type { JsonObject } from '../../../src/scim/json.ts'
import type { ScimClient } from '../../walkthrough/scim-client.ts'

/** A resource as an answer shows it. */
export type ShownResource = JsonObject & { readonly id: string }

/** Creates a user or a group, and asserts that it was done. */
export async function createResource(
  scim: ScimClient,
  path: '/Users' | '/Groups',
  body: JsonObject,
): Promise<ShownResource> {
  const { status, answer, text } = await scim.post(path, body)
  assert.equal(status, 201, text)
  return answer as ShownResource
}

/** Creates a group with members by their ids, and asserts that it was done; its id. */
export async function createGroup(
  scim: ScimClient,
  displayName: string,
  members: readonly string[],
): Promise<string> {
  const body = { displayName, members: members.map((value) => ({ value })) }
  return (await createResource(scim, '/Groups', body)).id
}
