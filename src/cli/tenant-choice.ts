import type { Settings, Tenant } from '../config/settings.ts'
import { tenantsOf } from '../config/tenants.ts'
import { UsageError } from './usage.ts'

/** The tenant of a name, or all tenants where none is named, that of the sections at the top first.
 *  @throws {UsageError} when there is no tenant of the name. */
export function chooseTenants(
  settings: Settings,
  name: string | undefined,
): readonly [Tenant, ...Tenant[]] {
  const all = tenantsOf(settings)
  if (name === undefined) return all
  const chosen = all.find(({ tenant }) => tenant === name)
  if (chosen === undefined) {
    throw new UsageError(`There is no tenant ${JSON.stringify(name)} in the settings.`)
  }
  return [chosen]
}
