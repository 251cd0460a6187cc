import {
  Attribute,
  Change,
  Client,
  InvalidCredentialsError,
  NoSuchObjectError,
  UnwillingToPerformError,
  type Filter,
} from 'ldapts'
import type { Credentials } from './directory-server.ts'
import { exampleTree } from './openldap-server.ts'

/** An entry as it is in the directory: attribute names as the server spells them, values that are not text in base64. */
export interface StoredEntry {
  readonly dn: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

/** What to search for; everything below the suffix by default, with all attributes that are not operational. */
export interface AdminSearch {
  readonly base?: string
  readonly scope?: 'base' | 'one' | 'sub'
  readonly filter?: string | Filter
  readonly attributes?: readonly string[]
}

/** A change of one attribute; `delete` without values takes all of them. */
export interface AdminChange {
  readonly operation: 'add' | 'delete' | 'replace'
  readonly type: string
  readonly values?: readonly (string | Buffer)[]
}

/** The directory through the eyes of its administrator, for what tests prepare and assert. It is ldapts' own client, so
 *  nothing of ours stands between a test and the server, and every call has a connection of its own, so it is
 *  good across restarts of the server. */
export class AdminClient {
  readonly #server: Server
  readonly #credentials: Credentials

  constructor(server: Server & { readonly admin: Credentials }) {
    this.#server = server
    this.#credentials = server.admin
  }

  async search(request: AdminSearch = {}): Promise<readonly StoredEntry[]> {
    const { base = exampleTree.suffix, scope = 'sub', filter = '(objectClass=*)' } = request
    const attributes = [...(request.attributes ?? ['*'])]
    return this.#connected(async (client) => {
      const { searchEntries } = await client.search(base, { scope, filter, attributes })
      return searchEntries.map(toStoredEntry)
    })
  }

  /** The entry with all its attributes, operational ones too; nothing where there is none. */
  async read(
    dn: string,
    attributes: readonly string[] = ['*', '+'],
  ): Promise<StoredEntry | undefined> {
    try {
      const [entry] = await this.search({ base: dn, scope: 'base', attributes })
      return entry
    } catch (error) {
      if (error instanceof NoSuchObjectError) return undefined
      throw error
    }
  }

  /** The values of one attribute; none where the entry or the attribute is not there. */
  async values(dn: string, attribute: string): Promise<readonly string[]> {
    const entry = await this.read(dn, [attribute])
    return Object.values(entry?.attributes ?? {}).flat()
  }

  async add(
    dn: string,
    attributes: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<void> {
    await this.addAll([{ dn, attributes }])
  }

  /** Adds entries one after the other on one connection. */
  async addAll(
    entries: Iterable<{
      readonly dn: string
      readonly attributes: Readonly<Record<string, string | readonly string[]>>
    }>,
  ): Promise<void> {
    await this.#connected(async (client) => {
      for (const { dn, attributes } of entries) {
        const lists = Object.entries(attributes).map(([type, values]) => [type, [values].flat()])
        await client.add(dn, Object.fromEntries(lists) as Record<string, string[]>)
      }
    })
  }

  async modify(dn: string, ...changes: readonly AdminChange[]): Promise<void> {
    const list = changes.map(
      ({ operation, type, values = [] }) =>
        new Change({
          operation,
          modification: new Attribute({ type, values: values.map((value) => Buffer.from(value)) }),
        }),
    )
    await this.#connected((client) => client.modify(dn, list))
  }

  /** Gives an entry another DN, below another parent or not. */
  async rename(dn: string, newDn: string): Promise<void> {
    await this.#connected((client) => client.modifyDN(dn, newDn))
  }

  async remove(dn: string): Promise<void> {
    await this.#connected((client) => client.del(dn))
  }

  /** Removes an entry with everything below it; nothing to do where it is not there. */
  async removeTree(base: string): Promise<void> {
    if ((await this.read(base, ['1.1'])) === undefined) return
    const entries = await this.search({ base, attributes: ['1.1'] })
    await this.#connected(async (client) => {
      // What is below another entry has a longer name.
      const dns = entries.map(({ dn }) => dn).sort((one, other) => other.length - one.length)
      for (const dn of dns) await client.del(dn)
    })
  }

  /** Whether the password is accepted; an account that is locked is refused like a wrong password. */
  async canBind(dn: string, password: string): Promise<boolean> {
    try {
      await connected(this.#server, { dn, password }, async () => {})
      return true
    } catch (error) {
      if (error instanceof InvalidCredentialsError) return false
      // 389 DS says so of an account that is inactivated.
      if (error instanceof UnwillingToPerformError) return false
      throw error
    }
  }

  async #connected<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return connected(this.#server, this.#credentials, work)
  }
}

/** Where a directory is, with the authority behind its certificate where the URL is one of ldaps. */
interface Server {
  readonly url: string
  readonly ca?: string
}

async function connected<T>(
  { url, ca }: Server,
  { dn, password }: Credentials,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    url,
    connectTimeout: 5000,
    timeout: 60_000,
    // With options for TLS ldapts would speak TLS on ldap://, too.
    ...(url.startsWith('ldaps:') && ca !== undefined && { tlsOptions: { ca } }),
  })
  try {
    await client.bind(dn, password)
    return await work(client)
  } finally {
    await client.unbind()
  }
}

function toStoredEntry({
  dn,
  ...attributes
}: { dn: string } & Record<string, unknown>): StoredEntry {
  const lists = Object.entries(attributes).map(
    ([name, values]) => [name, [values].flat().map(toText)] as const,
  )
  return { dn, attributes: Object.fromEntries(lists.filter(([, values]) => values.length > 0)) }
}

function toText(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('base64') : String(value)
}
