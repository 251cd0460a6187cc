import type { AdminChange, AdminClient } from '../support/admin-client.ts'
import { eventually } from '../support/eventually.ts'
import type { DirectoryView, WalkthroughNames } from './walkthrough.ts'

/** How a kind of directory names and writes what the walk-through looks at. */
export interface ViewedDirectory {
  readonly names: WalkthroughNames
  /** The change with which an administrator sets a password. */
  readonly passwordChange: (password: string) => AdminChange
}

/** The directory of the example tree, with the mapping of config/openldap.yaml. */
export const exampleView: ViewedDirectory = {
  names: {
    userName: 'uid',
    member: 'member',
    kept: ['cn', 'sn', 'givenName', 'mail', 'departmentNumber', 'entryUUID'],
  },
  passwordChange: (password) => ({
    operation: 'replace',
    type: 'userPassword',
    values: [password],
  }),
}

/** The directory below some bases, read by its administrator. */
export function directoryView(
  admin: AdminClient,
  bases: readonly string[],
  { names, passwordChange }: ViewedDirectory = exampleView,
): DirectoryView {
  return {
    names,
    find: async (filter) => {
      const found = await Promise.all(
        bases.map(async (base) => await admin.search({ base, filter, attributes: ['1.1'] })),
      )
      return found.flat().map(({ dn }) => dn)
    },
    values: async (dn, attribute) => await admin.values(dn, attribute),
    setPassword: async (dn, password) => await admin.modify(dn, passwordChange(password)),
    canBind: async (dn, password) => await admin.canBind(dn, password),
    eventually,
  }
}
