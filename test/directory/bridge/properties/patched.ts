import assert from 'node:assert/strict'
import { ScimError } from '../../../../src/scim/error.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { applyPatch } from '../../../../src/scim/patch/apply-patch.ts'
import { decodePatch } from '../../../../src/scim/patch/patch-operation.ts'
import type { ResourceSchema } from '../../../../src/scim/schema/resource-schema.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { presetStorage } from './preset-storage.ts'

/** What a PATCH makes of a resource when nothing but RFC 7644 §3.5.2, and what the preset keeps, is asked, or the error it ends with. */
export function patched(
  schema: ResourceSchema,
  before: JsonObject,
  body: JsonObject,
): JsonObject | ScimError {
  try {
    return applyPatch(presetStorage(schema), before, decodePatch(body)).resource
  } catch (error) {
    if (error instanceof ScimError) return error
    throw error
  }
}

/** Asserts that a request was answered with this error. */
export function assertRefused({ status, answer, text }: Exchange, error: ScimError): void {
  assert.equal(status, error.status, text)
  assert.equal(answer?.['scimType'], error.scimType, text)
}
