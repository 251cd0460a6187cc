import { readFileSync } from 'node:fs'
import type { JsonObject, JsonValue } from '../../src/scim/json.ts'
import type { Exchange, ScimClient } from './scim-client.ts'

/** What OneLogin knows of a person; everything but the names is often blank. */
export interface Person {
  readonly userName: string
  readonly firstName: string
  readonly lastName: string
  readonly email?: string
  readonly department?: string
  /** What the administrator put into the parameter `external_manager_id`. */
  readonly managerId?: string
  readonly managerName?: readonly [first: string, last: string]
}

/** How `active` may look when the template is filled in: the macro stands in quotes, and OneLogin renders it in more than one
 *  way. */
export type ActiveForm = 'boolean' | 'word' | 'digit'

const template: unknown = JSON.parse(
  readFileSync(new URL('../fixture/onelogin-template-enterprise.json', import.meta.url), 'utf8'),
)

/** The body that OneLogin sends for a person: the template with its macros filled in. A macro without value becomes an empty
 *  text. */
function renderTemplate(person: Person, isActive: boolean, form: ActiveForm): JsonObject {
  const [managerFirst = '', managerLast = ''] = person.managerName ?? []
  const values: Readonly<Record<string, string>> = {
    'parameters.scimusername': person.userName,
    'parameters.department': person.department ?? '',
    'parameters.external_manager_id': person.managerId ?? '',
    'user.manager_firstname': managerFirst,
    'user.manager_lastname': managerLast,
    'user.email': person.email ?? '',
    'user.lastname': person.lastName,
    'user.firstname': person.firstName,
    'user.display_name': `${person.firstName} ${person.lastName}`,
  }
  const fill = (value: unknown): JsonValue => {
    if (value === '{$user.active}') return activeIn(form, isActive)
    if (typeof value === 'string') {
      return value.replace(/\{\$([\w.]+)\}/gu, (_, name: string) => values[name] ?? '')
    }
    if (Array.isArray(value)) return value.map(fill)
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each)]))
    }
    return value as JsonValue
  }
  return fill(template) as JsonObject
}

function activeIn(form: ActiveForm, isActive: boolean): JsonValue {
  if (form === 'boolean') return isActive
  if (form === 'word') return isActive ? 'true' : 'false'
  return isActive ? '1' : '0'
}

/** A way in which a PATCH changes the members of a group. */
export interface GroupDialect {
  readonly name: string
  add(ids: readonly string[]): JsonObject
  remove(ids: readonly string[]): JsonObject
}

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** Every form that OneLogin is known or guessed to send, from its SCIM 1.1 connectors (first) to its SCIM 2.0 ones. */
export const groupDialects: readonly GroupDialect[] = [
  {
    name: 'SCIM 1.1, members without operation',
    add: (ids) => legacy(ids.map((value) => ({ value }))),
    remove: (ids) => legacy(ids.map((value) => ({ value, operation: 'delete' }))),
  },
  {
    name: 'SCIM 1.1, members with operation',
    add: (ids) => legacy(ids.map((value) => ({ value, operation: 'add' }))),
    remove: (ids) => legacy(ids.map((value) => ({ value, operation: 'delete' }))),
  },
  {
    name: 'SCIM 2.0, removal with a list of values',
    add: (ids) => operations({ op: 'add', path: 'members', value: list(ids) }),
    remove: (ids) => operations({ op: 'remove', path: 'members', value: list(ids) }),
  },
  {
    name: 'SCIM 2.0, removal with a value path',
    add: (ids) => operations({ op: 'add', path: 'members', value: list(ids) }),
    remove: (ids) =>
      operations(...ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` }))),
  },
  {
    name: 'SCIM 2.0, capital operations',
    add: (ids) => operations({ op: 'Add', path: 'members', value: list(ids) }),
    remove: (ids) => operations({ op: 'Remove', path: 'members', value: list(ids) }),
  },
  {
    name: 'SCIM 2.0, replacement of the list',
    add: (ids) => operations({ op: 'replace', path: 'members', value: list(ids) }),
    remove: () => operations({ op: 'replace', path: 'members', value: [] }),
  },
]

/** OneLogin as it behaves towards an app of the connector "SCIM Provisioner with SAML (SCIM v2 Enterprise)". */
export class OneLogin {
  readonly scim: ScimClient
  readonly activeForm: ActiveForm
  readonly dialect: GroupDialect

  constructor(scim: ScimClient, activeForm: ActiveForm, dialect: GroupDialect) {
    this.scim = scim
    this.activeForm = activeForm
    this.dialect = dialect
  }

  /** What "Enable" sends, and what goes before every create and update. */
  async findUser(userName: string): Promise<Exchange> {
    const filter = encodeURIComponent(`userName eq ${JSON.stringify(userName)}`)
    return await this.scim.get(`/Users?filter=${filter}`)
  }

  async createUser(person: Person): Promise<Exchange> {
    return await this.scim.post('/Users', renderTemplate(person, true, this.activeForm))
  }

  async updateUser(id: string, person: Person, isActive = true): Promise<Exchange> {
    return await this.scim.put(`/Users/${id}`, renderTemplate(person, isActive, this.activeForm))
  }

  async deleteUser(id: string): Promise<Exchange> {
    return await this.scim.delete(`/Users/${id}`)
  }

  /** Entitlements → Refresh. */
  async listGroups(): Promise<Exchange> {
    return await this.scim.get('/Groups')
  }

  async createGroup(displayName: string): Promise<Exchange> {
    return await this.scim.post('/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName,
      members: [],
    })
  }

  async addMembers(groupId: string, ids: readonly string[]): Promise<Exchange> {
    return await this.scim.patch(`/Groups/${groupId}`, this.dialect.add(ids))
  }

  async removeMembers(groupId: string, ids: readonly string[]): Promise<Exchange> {
    return await this.scim.patch(`/Groups/${groupId}`, this.dialect.remove(ids))
  }
}

function legacy(members: JsonValue): JsonObject {
  return { schemas: ['urn:scim:schemas:core:1.0'], members }
}

function operations(...Operations: JsonObject[]): JsonObject {
  return { schemas: [patchOp], Operations }
}

function list(ids: readonly string[]): JsonObject[] {
  return ids.map((value) => ({ value }))
}
