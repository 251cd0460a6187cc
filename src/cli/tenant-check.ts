import type { Problem } from '../codec/decode.ts'
import type { Settings, Tenant } from '../config/settings.ts'
import { tenantsOf } from '../config/tenants.ts'
import { isSameDn, isWithin } from '../directory/dn.ts'

/** What would let one tenant see, or hold up, another: places in the directory that do not lie apart, a brake that counts for both,
 *  and an entry in which both make their notes. */
export function checkTenants(settings: Settings): readonly Problem[] {
  const all = tenantsOf(settings)
  return all.flatMap((tenant, place) =>
    all
      .slice(0, place)
      .flatMap((other) => [...placeProblems(tenant, other), ...ownProblems(tenant, other)]),
  )
}

function placeProblems(tenant: Tenant, other: Tenant): readonly Problem[] {
  const taken = [...placesOf(other).values()].filter((dn) => dn !== undefined)
  return [...placesOf(tenant)]
    .filter(([, dn]) => dn !== undefined && taken.some((each) => meet(dn, each)))
    .map(([path]) => ({
      path: `tenants.${tenant.tenant}.${path}`,
      reason: `must lie apart from the places of ${nameOf(other)}, neither within one of them nor around one`,
    }))
}

function placesOf({ users, groups }: Tenant): ReadonlyMap<string, string | undefined> {
  return new Map([
    ['users.base', users.base],
    ['users.createBase', users.createBase],
    ['users.deletedBase', users.deletedBase],
    ['groups.base', groups.base],
    ['groups.createBase', groups.createBase],
  ])
}

function meet(one: string, other: string): boolean {
  return isWithin(one, other) || isWithin(other, one)
}

function ownProblems(tenant: Tenant, other: Tenant): readonly Problem[] {
  const name = nameOf(other)
  return [
    ...sharedProblem(tenant, 'brake', [tenant.brake.entry, other.brake.entry], {
      reason: `must not be the one of ${name}, whose deletions would count for both`,
    }),
    ...sharedProblem(tenant, 'upkeep', [tenant.upkeep.entry, other.upkeep.entry], {
      reason: `must not be the one of ${name}, whose names both could read`,
    }),
  ]
}

function sharedProblem(
  { tenant }: Tenant,
  section: string,
  [own, taken]: readonly (string | undefined)[],
  { reason }: Pick<Problem, 'reason'>,
): readonly Problem[] {
  if (own === undefined || taken === undefined || !isSameDn(own, taken)) return []
  return [{ path: `tenants.${tenant}.${section}.entry`, reason }]
}

/** Of which tenant something is told; nothing for the first. */
export function ofTenant({ tenant }: Tenant): string {
  return tenant === undefined ? '' : ` for tenant ${tenant}`
}

function nameOf({ tenant }: Tenant): string {
  return tenant === undefined ? 'the sections at the top' : `tenant ${tenant}`
}
