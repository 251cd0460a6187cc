import { loadSettings } from '../../../src/config/load-settings.ts'
import { Settings } from '../../../src/config/settings.ts'
import type { Directory } from '../../../src/directory/directory.ts'
import { createLdapDirectory } from '../../../src/directory/ldap-directory.ts'
import { Groups } from '../../../src/provisioning/groups.ts'
import { createParts, type ProvisioningParts } from '../../../src/provisioning/parts.ts'
import type { WriteRequest } from '../../../src/provisioning/resource-service.ts'
import { Users } from '../../../src/provisioning/users.ts'
import type { DirectoryEndpoint } from '../../support/directory-server.ts'
import type { DirectorySection } from '../../support/directory-section.ts'
import { silent } from '../adapter/open-ldap-directory.ts'
import { directoryVariables, preset, type Variables } from './command-line/run-cli.ts'

/** A request to write that comes from nowhere. */
export const request: WriteRequest = {
  context: {
    baseUrl: '',
    reason: { requestId: 'r', actor: 'test', clientAddress: 'local', method: 'PATCH', path: '/' },
  },
  isDryRun: false,
}

/** What a test does at calls of a directory; the others go straight on. */
export type Interruptions = (plain: Directory) => Partial<Directory>

/** Where operations work. */
interface Place {
  readonly server: DirectoryEndpoint
  readonly section: Pick<DirectorySection, 'people' | 'groups'>
  /** Settings beside the preset for OpenLDAP. */
  readonly variables?: Variables
}

/** The operations on users and groups of a section, without HTTP, on a directory that a test can interrupt. */
export class OperationsScene {
  readonly users: Users
  readonly groups: Groups
  readonly #parts: ProvisioningParts
  readonly #directory: Directory
  readonly #place: Place

  private constructor(parts: ProvisioningParts, directory: Directory, place: Place) {
    this.users = new Users(parts)
    this.groups = new Groups(parts)
    this.#parts = parts
    this.#directory = directory
    this.#place = place
  }

  static async open(place: Place, interruptions: Interruptions): Promise<OperationsScene> {
    const settings = await settingsOf(place)
    const plain = await createLdapDirectory(settings.directory, silent)
    const directory = interrupted(plain, interruptions)
    return new OperationsScene(partsOf(settings, directory), directory, place)
  }

  /** Operations with further settings on the same directory; they are closed with these. */
  async with(variables: Variables): Promise<OperationsScene> {
    const place = { ...this.#place, variables: { ...this.#place.variables, ...variables } }
    const parts = partsOf(await settingsOf(place), this.#directory)
    return new OperationsScene(parts, this.#directory, place)
  }

  async close(): Promise<void> {
    await this.#parts.leftovers.close()
    await this.#directory.close()
  }
}

async function settingsOf({ server, section, variables }: Place): Promise<Settings> {
  const environment = { ...directoryVariables(server, section), ...variables }
  return await loadSettings({ file: preset, environment }, Settings)
}

function partsOf(settings: Settings, directory: Directory): ProvisioningParts {
  const { lists, ...others } = settings
  return createParts(directory, { ...others, ...lists }, silent)
}

function interrupted(plain: Directory, interruptions: Interruptions): Directory {
  return {
    capabilities: async () => plain.capabilities(),
    search: (search) => plain.search(search),
    compare: async (dn, attribute, value) => plain.compare(dn, attribute, value),
    execute: async (plan, reason) => plain.execute(plan, reason),
    isReachable: async () => plain.isReachable(),
    close: async () => plain.close(),
    ...interruptions(plain),
  }
}
