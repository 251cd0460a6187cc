import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { programOnPath } from './program-on-path.ts'
import type { SlapdInstallation } from './slapd-installed.ts'

const run = promisify(execFile)
const packages = ['slapd', 'ldap-utils', 'openssl']
const cache = path.resolve(import.meta.dirname, '../../.cache/openldap')

/** Debian's slapd and clients with whatever they need that this machine lacks, downloaded and unpacked into the project's cache folder
 *  once. The package lists and the downloads are our own as well: nothing of the system is touched, and root is not
 *  needed.
 *  @throws Error saying what is missing. */
export async function unpackedSlapd(): Promise<SlapdInstallation> {
  for (const program of ['apt-get', 'dpkg']) {
    if ((await programOnPath(program)) === undefined) {
      throw new Error(`this is no Debian: there is no ${program}`)
    }
  }
  const root = path.join(cache, await suite())
  if (!(await exists(root))) await unpackInto(root)
  return {
    programs: [path.join(root, 'usr/sbin'), path.join(root, 'usr/bin')],
    schema: path.join(root, 'etc/ldap/schema'),
    modules: path.join(root, 'usr/lib/ldap'),
    environment: {
      LD_LIBRARY_PATH: (await libraryFolders(root)).join(':'),
      OPENSSL_CONF: path.join(root, 'etc/ssl/openssl.cnf'),
    },
    obtained: `Debian's packages unpacked in ${path.relative(process.cwd(), root)}`,
  }
}

/** Release and architecture, so that a cache that moves along to another machine is not mistaken for its own. */
async function suite(): Promise<string> {
  const release = /^VERSION_CODENAME=(\w+)$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1]
  const { stdout } = await run('dpkg', ['--print-architecture'])
  return `${release ?? 'debian'}-${stdout.trim()}`
}

async function unpackInto(root: string): Promise<void> {
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(path.join(cache, 'unpacking-'))
  try {
    const fresh = path.join(folder, 'root')
    for (const archive of await download(folder)) await run('dpkg', ['-x', archive, fresh])
    // libltdl would look for a module where its .la file says that it is installed; without one it takes the .so here.
    const modules = path.join(fresh, 'usr/lib/ldap')
    for (const name of await readdir(modules)) {
      if (name.endsWith('.la')) await rm(path.join(modules, name))
    }
    await rename(fresh, root).catch(async (error: unknown) => {
      if (!(await exists(root))) throw error // else another run was faster
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The archives of slapd, of OpenLDAP's clients, of openssl, and of what they depend on, as far as it is not installed. */
async function download(folder: string): Promise<readonly string[]> {
  const configuration = path.join(folder, 'apt.conf')
  const archives = path.join(folder, 'apt/archives')
  await mkdir(path.join(archives, 'partial'), { recursive: true })
  await mkdir(path.join(folder, 'lists/partial'), { recursive: true })
  await writeFile(configuration, aptConfiguration(folder))
  const apt = async (...args: string[]) =>
    run('apt-get', ['-c', configuration, '-qq', ...args], { maxBuffer: 16 * 1024 * 1024 })
  await apt('update')
  const options = ['--download-only', '--no-install-recommends', '--reinstall', '--yes']
  await apt('install', ...options, ...packages)
  const names = await readdir(archives)
  return names.filter((name) => name.endsWith('.deb')).map((name) => path.join(archives, name))
}

function aptConfiguration(folder: string): string {
  return `Dir::State::lists "${folder}/lists";
Dir::Cache "${folder}/apt";
Dir::Cache::archives "${folder}/apt/archives";
Acquire::Languages "none";
APT::Sandbox::User "root";
Debug::NoLocking "true";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`
}

async function libraryFolders(root: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const parent of ['usr/lib', 'lib']) {
    const folder = path.join(root, parent)
    if (!(await exists(folder))) continue
    const names = await readdir(folder)
    found.push(
      ...names.filter((name) => name.includes('-linux-gnu')).map((name) => path.join(folder, name)),
    )
  }
  return found
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
