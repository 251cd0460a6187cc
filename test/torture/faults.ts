import { startBridge } from '../support/bridge-process.ts'
import { ByteProxy } from '../support/byte-proxy.ts'
import { addSection, type DirectorySection } from '../support/directory-section.ts'
import type { OpenldapOptions } from '../support/openldap-server.ts'
import { startOpenldap } from '../support/openldap.ts'
import { casesAsked } from './cases.ts'
import { BadDay, mostProblemsTold, type Size } from './faults/bad-day.ts'
import { operationTimeoutMs } from './faults/limits.ts'
import type { Form, Say, TorturePart } from './part.ts'

const sizes: Readonly<Record<Form, Size>> = {
  short: { rounds: 11, clients: 16, brokenMs: [100, 600] },
  long: { rounds: 66, clients: 24, brokenMs: [50, 3000] },
}

/** Has many clients write while the directory dies, stands still, and is cut off, and compares afterwards what it holds with
 *  what each answer promised. SCIM_TEST_CASES says how often something breaks for each setup. */
export const faults: TorturePart = {
  name: 'faults',
  async run(form, say) {
    const problems: string[] = []
    const size = { ...sizes[form], rounds: casesAsked(sizes[form].rounds) }
    for (const setup of setups) {
      say(`  ${setup.name}`)
      const found = await runOn(setup, size, say)
      problems.push(...found.slice(0, mostProblemsTold))
    }
    return problems
  },
}

/** How the directory and the bridge are set up. */
interface Setup {
  readonly name: string
  readonly overlays: NonNullable<OpenldapOptions['overlays']>
  readonly passwordMethod: 'userPassword' | 'passwordModify'
  /** As of `World`. */
  readonly isFollowedLate: boolean
}

const setups: readonly Setup[] = [
  {
    name: 'without refint, passwords in the same write',
    overlays: ['memberof', 'unique', 'ppolicy'],
    passwordMethod: 'userPassword',
    isFollowedLate: false,
  },
  {
    name: 'beside refint, passwords by an operation of their own',
    overlays: ['memberof', 'refint', 'unique', 'ppolicy'],
    passwordMethod: 'passwordModify',
    isFollowedLate: true,
  },
]

async function runOn(setup: Setup, size: Size, say: Say): Promise<readonly string[]> {
  const { overlays, passwordMethod, isFollowedLate } = setup
  const server = await startOpenldap({ fsync: true, overlays }, ['local', 'packages'])
  const proxy = await ByteProxy.start(server.url)
  const section = await addSection(server)
  const settings = {
    ...settingsFor(section, proxy),
    SCIM_USERS_PASSWORD_METHOD: passwordMethod,
  }
  const bridge = await startBridge(server, settings)
  try {
    const day = await BadDay.begin(
      { server, proxy, section, bridge, settings, isFollowedLate },
      size,
    )
    await day.run()
    day.tell(say)
    return await day.findings()
  } finally {
    await bridge.stop()
    await proxy.close()
    await server.close()
  }
}

function settingsFor(section: DirectorySection, proxy: ByteProxy): Record<string, string> {
  return {
    SCIM_DIRECTORY_URLS: `ldap://127.0.0.1:${proxy.port}`,
    SCIM_DIRECTORY_OPERATION_TIMEOUT_MS: String(operationTimeoutMs),
    SCIM_DIRECTORY_CONNECT_TIMEOUT_MS: String(operationTimeoutMs),
    SCIM_USERS_BASE: section.people,
    SCIM_GROUPS_BASE: section.groups,
  }
}
