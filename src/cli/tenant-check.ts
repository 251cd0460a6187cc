import type { Problem } from '../codec/decode.ts'
import type { Settings, Tenant } from '../config/settings.ts'
import { tenantsOf } from '../config/tenants.ts'
import { isSameDn, isWithin } from '../directory/dn.ts'

/** What would let one tenant see, or hold up, another: places in the directory that do not lie apart, a brake that counts for both,
 *  an entry in which both make their notes, and one of these that lies where the clients of the other come. */
export function checkTenants(settings: Settings): readonly Problem[] {
  const all = tenantsOf(settings)
  const ofPairs = all.flatMap((tenant, place) =>
    all
      .slice(0, place)
      .flatMap((other) => [...placeProblems(tenant, other), ...ownProblems(tenant, other)]),
  )
  const ofEach = all.flatMap((tenant) =>
    all.filter((other) => other !== tenant).flatMap((other) => exposedProblems(tenant, other)),
  )
  return [...ofPairs, ...ofEach]
}

function placeProblems(tenant: Tenant, other: Tenant): readonly Problem[] {
  const taken = [...placesOf(other).values()]
  return [...placesOf(tenant)]
    .filter(([, dn]) => taken.some((each) => meet(dn, each)))
    .map(([path]) => ({
      path: pathOf(tenant, path),
      reason: `must lie apart from the places of ${nameOf(other)}, neither within one of them nor around one`,
    }))
}

function placesOf({ users, groups }: Tenant): ReadonlyMap<string, string> {
  return onlySet([
    ['users.base', users.base],
    ['users.createBase', users.createBase],
    ['users.deletedBase', users.deletedBase],
    ['groups.base', groups.base],
    ['groups.createBase', groups.createBase],
  ])
}

function onlySet(
  settings: readonly (readonly [path: string, dn: string | undefined])[],
): ReadonlyMap<string, string> {
  return new Map(settings.flatMap(([path, dn]) => (dn === undefined ? [] : [[path, dn] as const])))
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
  tenant: Tenant,
  section: string,
  [own, taken]: readonly (string | undefined)[],
  { reason }: Pick<Problem, 'reason'>,
): readonly Problem[] {
  if (own === undefined || taken === undefined || !isSameDn(own, taken)) return []
  return [{ path: pathOf(tenant, `${section}.entry`), reason }]
}

/** Only the clients of a tenant itself are kept from its own entries. */
function exposedProblems(tenant: Tenant, other: Tenant): readonly Problem[] {
  const reached = [...placesOf(other).values()]
  return [...ownEntriesOf(tenant)]
    .filter(([, dn]) => reached.some((place) => isWithin(dn, place)))
    .map(([path]) => ({
      path: pathOf(tenant, path),
      reason: `must not lie within a place of ${nameOf(other)}, whose clients could see and change it`,
    }))
}

function ownEntriesOf({ brake, upkeep }: Tenant): ReadonlyMap<string, string> {
  return onlySet([
    ['brake.entry', brake.entry],
    ['upkeep.entry', upkeep.entry],
  ])
}

function pathOf({ tenant }: Tenant, path: string): string {
  return tenant === undefined ? path : `tenants.${tenant}.${path}`
}

/** Of which tenant something is told; nothing for the first. */
export function ofTenant({ tenant }: Tenant): string {
  return tenant === undefined ? '' : ` for tenant ${tenant}`
}

function nameOf({ tenant }: Tenant): string {
  return tenant === undefined ? 'the sections at the top' : `tenant ${tenant}`
}
