import type { ResourceTypeDefinition } from '../scim/schema/definition.ts'
import { toScimError } from './directory-failure.ts'
import type { Discovery, ProviderFeatures } from './discovery.ts'
import type { ProvisioningParts } from './parts.ts'
import { snapshotLimits } from './snapshots.ts'

/** The resource types as the mappings store them. */
export class StoredTypes implements Discovery {
  readonly maxResults: number
  readonly #parts: Pick<ProvisioningParts, 'mappings'>

  constructor(parts: Pick<ProvisioningParts, 'mappings' | 'maxResults'>) {
    this.#parts = parts
    this.maxResults = parts.maxResults
  }

  async features(): Promise<ProviderFeatures> {
    try {
      const { users } = await this.#parts.mappings.get()
      const { password } = users.settings
      const changePassword = password !== undefined && password.method !== 'ignore'
      const cursor = {
        maxPageSize: this.maxResults,
        timeoutSeconds: snapshotLimits.lifetimeMs / 1000,
      }
      return { changePassword, sort: true, etag: true, cursor }
    } catch (error) {
      throw toScimError(error)
    }
  }

  async resourceTypes(): Promise<readonly ResourceTypeDefinition[]> {
    try {
      const { users, groups } = await this.#parts.mappings.get()
      return [users.schema.resourceType, groups.schema.resourceType]
    } catch (error) {
      throw toScimError(error)
    }
  }
}
