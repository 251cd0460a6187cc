import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AdminClient } from './admin-client.ts'
import type { DirectoryServer, Passwords, ServerProgram } from './directory-server.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What makes a server one of its kind. */
export interface ServerKind {
  /** As messages name it: `OpenLDAP`. */
  readonly name: string
  /** The variable that lists the ways to try, such as `local,packages`. */
  readonly waysVariable: string
  /** The accounts that the start script is given the passwords of. */
  readonly accounts: { readonly admin: string; readonly bridge: string }
  /** Of the two accounts; random ones unless given. */
  readonly passwords?: Passwords
  /** A bind without TLS is refused. */
  readonly demandsTls?: boolean
  /** It leaves something on the machine unless it is stopped in good order. */
  readonly leavesTraces?: boolean
  readVersion(admin: AdminClient): Promise<string>
}

/** The ways to obtain a server, in the order they are tried. */
export type Ways<Way extends string> = Readonly<
  Record<Way, (passwords: Passwords) => Promise<ServerProgram>>
>

const startLimitMs = 60_000

/** Starts a server in the first way that works. The caller closes it.
 *  @param only the ways to try; default: what the variable lists, or else all.
 *  @throws Error naming every way and what it lacked. */
export async function startServer<Way extends string>(
  kind: ServerKind,
  ways: Ways<Way>,
  only: readonly Way[] = wantedWays(kind, Object.keys(ways) as Way[]),
): Promise<DirectoryServer> {
  const reasons: string[] = []
  for (const way of only) {
    try {
      return { ...(await startBy(kind, ways[way])), passedOver: reasons }
    } catch (error) {
      reasons.push(`${way}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  throw new Error([`No ${kind.name} could be started:`, ...reasons].join('\n  '))
}

function wantedWays<Way extends string>(
  { waysVariable }: ServerKind,
  all: readonly Way[],
): readonly Way[] {
  const names = process.env[waysVariable] ?? ''
  if (names === '') return all
  return names.split(',').map((name) => {
    const way = all.find((known) => known === name.trim())
    if (way === undefined)
      throw new Error(`${waysVariable} may list ${all.join(', ')}; not ${name}`)
    return way
  })
}

type Started = Omit<DirectoryServer, 'passedOver'>

async function startBy(
  kind: ServerKind,
  prepare: (passwords: Passwords) => Promise<ServerProgram>,
): Promise<Started> {
  const passwords = kind.passwords ?? randomPasswords()
  const program = await prepare(passwords)
  try {
    await launch(kind, program, passwords)
    return await serverOf(kind, program, passwords)
  } catch (error) {
    await end(program)
    throw error
  }
}

async function serverOf(
  kind: ServerKind,
  program: ServerProgram,
  passwords: Passwords,
): Promise<Started> {
  const { url, ldapsUrl, obtained } = program
  const admin = { dn: kind.accounts.admin, password: passwords.admin }
  const version = await kind.readVersion(await adminClient(kind, program, passwords))
  const folder = await temporaryFolder('directory-ca')
  const ca = await program.readCa()
  const caFile = path.join(folder.path, 'ca.pem')
  await writeFile(caFile, ca)
  let isFrozen = false
  let isClosed = false

  const thaw = async () => {
    if (isFrozen) await program.signal('SIGCONT')
    isFrozen = false
  }
  const endBy = async (signal: 'SIGTERM' | 'SIGKILL') => {
    await thaw()
    if (!(await program.isRunning())) return
    await program.signal(signal)
    await program.ended()
  }
  return {
    url,
    ldapsUrl,
    ca,
    caFile,
    admin,
    bridge: { dn: kind.accounts.bridge, password: passwords.bridge },
    version,
    obtained,
    ...(program.logFile === undefined ? {} : { logFile: program.logFile }),
    stop: () => endBy('SIGTERM'),
    kill: () => endBy('SIGKILL'),
    async freeze() {
      if (!isFrozen) await program.signal('SIGSTOP')
      isFrozen = true
    },
    thaw,
    async restart() {
      await endBy('SIGTERM')
      await launch(kind, program, passwords)
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await endBy(kind.leavesTraces === true ? 'SIGTERM' : 'SIGKILL')
      await program.remove()
      await folder.remove()
    },
  }
}

/** Starts it and waits until it answers the bridge's bind. */
async function launch(
  kind: ServerKind,
  program: ServerProgram,
  passwords: Passwords,
): Promise<void> {
  await program.launch()
  const deadline = performance.now() + startLimitMs
  for (;;) {
    const failure = await bindFailure(kind, program, passwords)
    if (failure === undefined) return
    if (!(await program.isRunning()) || performance.now() > deadline) {
      throw new Error(`${program.obtained} did not come up: ${failure}\n${await program.readLog()}`)
    }
    await delay(20)
  }
}

async function bindFailure(
  kind: ServerKind,
  program: ServerProgram,
  passwords: Passwords,
): Promise<string | undefined> {
  try {
    const client = await adminClient(kind, program, passwords)
    const isAccepted = await client.canBind(kind.accounts.bridge, passwords.bridge)
    return isAccepted ? undefined : 'it refuses the password it was given'
  } catch (error) {
    return String(error)
  }
}

async function adminClient(
  { accounts, demandsTls = false }: ServerKind,
  program: ServerProgram,
  passwords: Passwords,
): Promise<AdminClient> {
  const admin = { dn: accounts.admin, password: passwords.admin }
  return demandsTls
    ? new AdminClient({ url: program.ldapsUrl, ca: await program.readCa(), admin })
    : new AdminClient({ url: program.url, admin })
}

async function end(program: ServerProgram): Promise<void> {
  if (await program.isRunning()) {
    await program.signal('SIGKILL')
    await program.ended()
  }
  await program.remove()
}

/** Passwords that nobody knows. */
export function randomPasswords(): Passwords {
  return { admin: randomPassword(), bridge: randomPassword() }
}

function randomPassword(): string {
  // Of three kinds of characters, as Active Directory demands.
  return `Aa1-${randomBytes(12).toString('hex')}`
}
