import type { Problem } from '../codec/decode.ts'
import type { Declaration, SettingsOf, SettingsType } from '../codec/settings.ts'
import { DirectorySettings } from '../directory/settings.ts'
import { HttpSettings } from '../http/settings.ts'
import { GroupSettings, UserSettings } from '../mapping/settings.ts'
import type { BrakeSettings, UpkeepSettings } from '../provisioning/settings.ts'
import type { TenantSettings } from './tenant-settings.ts'

/** The settings in which tenants differ. */
export interface TenantSections {
  readonly http: HttpSettings
  readonly directory: DirectorySettings
  readonly users: UserSettings
  readonly groups: GroupSettings
  readonly brake: BrakeSettings
  readonly upkeep: UpkeepSettings
  readonly tenants: Readonly<Record<string, TenantSettings>>
}

/** The settings as one tenant has them. */
export type SettingsOfTenant<S extends TenantSections> = S & {
  /** Absent for the tenant of the sections at the top. */
  readonly tenant?: string
}

/** The settings of each tenant: first of that of the sections at the top, then of the further ones. */
export function tenantsOf<S extends TenantSections>(
  settings: S,
): readonly [SettingsOfTenant<S>, ...SettingsOfTenant<S>[]] {
  const further = Object.entries(settings.tenants).map(([tenant, own]) => ({
    ...settings,
    ...sectionsOf(settings, own),
    tenant,
  }))
  return [settings, ...further]
}

/** What names a place in the tree, or a way to it, is the tenant's own or there is none. The rest is shared. */
function sectionsOf(shared: TenantSections, own: TenantSettings): Omit<TenantSections, 'tenants'> {
  const { publicUrl: _url, ...http } = shared.http
  const { createBase: _userBase, deletedBase: _deletedBase, ...users } = shared.users
  const { createBase: _groupBase, ...groups } = shared.groups
  const { entry: _entry, ...brake } = shared.brake
  const { entry: _notes, ...upkeep } = shared.upkeep
  const { basePath, publicUrl, tokens } = own
  return {
    http: { ...http, basePath, tokens, ...(publicUrl === undefined ? {} : { publicUrl }) },
    directory: directoryOf(shared, own),
    users: { ...users, ...own.users },
    groups: { ...groups, ...own.groups },
    brake: { ...brake, ...own.brake },
    upkeep: { ...upkeep, ...own.upkeep },
  }
}

function directoryOf({ directory }: TenantSections, own: TenantSettings): DirectorySettings {
  if (own.directory === undefined) return directory
  const { bindDn: _dn, bindPassword: _password, bindPasswordFile: _file, ...shared } = directory
  return { ...shared, ...own.directory }
}

/** What is wrong with the tenants, but for their places in the directory. */
export function tenantProblems(settings: TenantSections): readonly Problem[] {
  const names = Object.keys(settings.tenants).filter((name) => !/^[\w-]+$/u.test(name))
  if (names.length > 0) {
    return [{ path: 'tenants', reason: 'must have names of letters, digits, _ and - alone' }]
  }
  const [, ...further] = tenantsOf(settings)
  return [
    ...further.flatMap((tenant) => sectionProblems(settings, tenant)),
    ...pathProblems(settings),
    ...tokenProblems(settings),
  ]
}

/** What holds between the keys of a section must hold with those of a tenant, too. */
function sectionProblems(
  shared: TenantSections,
  { tenant = '', http, directory, users, groups }: SettingsOfTenant<TenantSections>,
): readonly Problem[] {
  const found = [
    ...newProblems(HttpSettings, shared.http, http),
    ...newProblems(DirectorySettings, shared.directory, directory).map(within('directory')),
    ...newProblems(UserSettings, shared.users, users).map(within('users')),
    ...newProblems(GroupSettings, shared.groups, groups).map(within('groups')),
  ]
  return found.map(within(`tenants.${tenant}`))
}

function newProblems<D extends Declaration>(
  { checks }: SettingsType<D>,
  shared: SettingsOf<D>,
  own: SettingsOf<D>,
): readonly Problem[] {
  const known = new Set(checks.flatMap((check) => check(shared)).map(({ path }) => path))
  return checks.flatMap((check) => check(own)).filter(({ path }) => !known.has(path))
}

function within(section: string): (problem: Problem) => Problem {
  return ({ path, reason }) => ({ path: `${section}.${path}`, reason })
}

function pathProblems(settings: TenantSections): readonly Problem[] {
  const all = tenantsOf(settings)
  return all.flatMap(({ tenant, http: { basePath } }, place) =>
    tenant === undefined ||
    !all.some(({ http }, other) => other !== place && meet(basePath, http.basePath))
      ? []
      : [
          {
            path: `tenants.${tenant}.basePath`,
            reason:
              'must be neither the base path of another tenant nor lie within one, or around one',
          },
        ],
  )
}

/** Paths are compared as the router compares them: without case. */
function meet(one: string, other: string): boolean {
  const [a, b] = [`${one}/`.toLowerCase(), `${other}/`.toLowerCase()]
  return a.startsWith(b) || b.startsWith(a)
}

function tokenProblems(settings: TenantSections): readonly Problem[] {
  const seen = new Set<string>()
  return tenantsOf(settings).flatMap(({ tenant, http: { tokens } }) => {
    const hashes = tokens.map(({ sha256 }) => sha256.toLowerCase())
    const isShared = hashes.some((hash) => seen.has(hash))
    for (const hash of hashes) seen.add(hash)
    return tenant !== undefined && isShared
      ? [
          {
            path: `tenants.${tenant}.tokens`,
            reason:
              'must not hold a token of another tenant: make one with `scim-directory-bridge token`',
          },
        ]
      : []
  })
}
