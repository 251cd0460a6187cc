import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { AdminClient } from '../support/admin-client.ts'
import { startBridge } from '../support/bridge-process.ts'
import { exampleTree } from '../support/openldap-server.ts'
import { startOpenldap } from '../support/openldap.ts'
import { directoryView } from '../walkthrough/directory-view.ts'
import { replay } from './replay.ts'

const { values: options } = parseArgs({
  options: {
    /** Ends after the replay. */
    once: { type: 'boolean', default: false },
    /** The SCIM base URL of a bridge that runs already. */
    against: { type: 'string' },
    'token-file': { type: 'string' },
  },
})

const say = (text: string): void => void process.stdout.write(`${text}\n`)

process.exitCode = options.against === undefined ? await embedded() : await against(options.against)

/** An OpenLDAP and a bridge of our own. */
async function embedded(): Promise<number> {
  say('Starting an OpenLDAP with an example tree ...')
  const server = await startOpenldap()
  try {
    say(`OpenLDAP ${server.version}: ${server.obtained}`)
    const bridge = await startBridge(server, { SCIM_BRAKE_ENABLED: 'true' })
    try {
      say(`The bridge serves ${bridge.baseUrl}\n`)
      const directory = directoryView(new AdminClient(server), [
        exampleTree.people,
        exampleTree.groups,
      ])
      const holds = await replay({ ...bridge, directory, say })
      if (options.once) return holds ? 0 : 1
      say(whatNext(bridge.baseUrl, bridge.token, server))
      await interrupted()
      return holds ? 0 : 1
    } finally {
      await bridge.stop()
    }
  } finally {
    await server.close()
  }
}

/** A bridge that somebody else runs. */
async function against(baseUrl: string): Promise<number> {
  const file = options['token-file']
  if (file === undefined) {
    say('--against needs --token-file FILE')
    return 64
  }
  const token = (await readFile(file, 'utf8')).trim()
  return (await replay({ baseUrl, token, say })) ? 0 : 1
}

function whatNext(
  baseUrl: string,
  token: string,
  server: {
    readonly url: string
    readonly bridge: { readonly dn: string; readonly password: string }
  },
): string {
  const { dn, password } = server.bridge
  return `
Everything is up until Ctrl-C.

  SCIM base URL  ${baseUrl}
  bearer token   ${token}
  directory      ${server.url}

Create a user:

  curl -sS ${baseUrl}/Users -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/scim+json' \\
    -d '{"userName":"ada","name":{"givenName":"Ada","familyName":"Lovelace"},"emails":[{"value":"ada@example.org","type":"work"}]}'

The same with -H 'Prefer: dry-run' shows the LDIF and writes nothing. What the directory holds:

  ldapsearch -x -H ${server.url} -D ${dn} -w ${password} -b ${exampleTree.suffix} '(uid=ada)'
`
}

async function interrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  say('\nStopping ...')
}
