import type { AdminClient } from '../support/admin-client.ts'
import type { DirectoryView } from './walkthrough.ts'

const patienceMs = 3000
const pauseMs = 20

/** The directory below some bases, read by its administrator. */
export function directoryView(admin: AdminClient, bases: readonly string[]): DirectoryView {
  return {
    find: async (filter) => {
      const found = await Promise.all(
        bases.map(async (base) => await admin.search({ base, filter, attributes: ['1.1'] })),
      )
      return found.flat().map(({ dn }) => dn)
    },
    values: async (dn, attribute) => await admin.values(dn, attribute),
    setPassword: async (dn, password) =>
      await admin.modify(dn, { operation: 'replace', type: 'userPassword', values: [password] }),
    canBind: async (dn, password) => await admin.canBind(dn, password),
    eventually,
  }
}

/** OpenLDAP's refint puts references right some milliseconds after the answer to the write. */
async function eventually(check: () => Promise<void>): Promise<void> {
  const end = Date.now() + patienceMs
  for (;;) {
    try {
      await check()
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => {
        setTimeout(resolve, pauseMs)
      })
    }
  }
}
