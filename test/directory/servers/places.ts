import type { DirectoryEndpoint } from '../../support/directory-server.ts'
import { exampleTree } from '../../support/openldap-server.ts'
import { exampleDomain } from '../../support/samba.ts'
import { exampleView } from '../../walkthrough/directory-view.ts'
import type { ObtainedServer, ServerPlace } from './server-place.ts'

/** What the places that speak of the example tree have in common; `obtain` is what is missing. */
type Description = Omit<ServerPlace, 'obtain'>

/** slapd with the overlays, as the preset has it. */
export const openldapPlace: Description = {
  name: 'OpenLDAP',
  server: 'OpenLDAP',
  about: '`config/openldap.yaml`, with the overlays memberof, refint, unique and ppolicy',
  bridge: { ...exampleTree, preset: 'openldap.yaml' },
  settings: {},
  view: exampleView,
  identity: 'entryUUID',
  locate: (id) => ({ filter: `(entryUUID=${id})` }),
  pendingManager: 'scimPendingManager',
  many: 1600,
  person: (userName, people) => ({
    dn: `uid=${userName},${people}`,
    attributes: { objectClass: 'inetOrgPerson', cn: userName, sn: userName },
  }),
  group: (displayName, groups, members) => ({
    dn: `cn=${displayName},${groups}`,
    attributes: { objectClass: 'groupOfNames', member: members },
  }),
}

/** 389 DS as the preset has it. */
export const place389: Description = {
  ...openldapPlace,
  name: '389 DS',
  server: '389 DS',
  about:
    '`config/389ds.yaml`, with the plug-ins for memberOf, referential integrity, unique and 7-bit uids',
  bridge: { ...exampleTree, preset: '389ds.yaml' },
  view: {
    ...exampleView,
    names: {
      ...exampleView.names,
      kept: ['cn', 'sn', 'givenName', 'mail', 'departmentNumber', 'nsUniqueId'],
    },
  },
  identity: 'nsUniqueId',
  locate: (id) => ({ filter: `(nsUniqueId=${id})` }),
  person: (userName, people) => ({
    dn: `uid=${userName},${people}`,
    attributes: { objectClass: ['inetOrgPerson', 'nsMemberOf'], cn: userName, sn: userName },
  }),
}

/** Samba's domain controller, as the preset for Active Directory has it. */
export const sambaPlace: Description = {
  name: 'Samba AD',
  server: 'Samba',
  about: '`config/active-directory.yaml`, and a random password for new users who have none',
  bridge: { ...exampleDomain, preset: 'active-directory.yaml' },
  settings: { 'users.password.whenMissing': 'random' },
  view: {
    names: {
      userName: 'userPrincipalName',
      member: 'member',
      kept: ['cn', 'sn', 'givenName', 'mail', 'department', 'objectGUID'],
    },
    passwordChange: (password) => ({
      operation: 'replace',
      type: 'unicodePwd',
      values: [Buffer.from(`"${password}"`, 'utf16le')],
    }),
  },
  identity: 'objectGUID',
  locate: (id) => ({ base: `<GUID=${id}>`, scope: 'base' }),
  pendingManager: 'msDS-cloudExtensionAttribute2',
  // It gives everything in one answer, so that more would try nothing else.
  many: 300,
  person: (userName, people) => ({
    dn: `CN=${userName},${people}`,
    attributes: { objectClass: 'user', sAMAccountName: userName, userPrincipalName: userName },
  }),
  group: (displayName, groups, members) => ({
    dn: `CN=${displayName},${groups}`,
    attributes: { objectClass: 'group', sAMAccountName: displayName, member: members },
  }),
}

/** The double of Active Directory, over Samba; the versions are Samba's. */
export const activeDirectoryPlace: Description = {
  ...sambaPlace,
  // More than comes in one answer, of entries (1000) and of values (1500).
  many: 1600,
  name: 'Samba AD, stricter',
  about:
    'the same behind a double, which answers as Active Directory is documented to where Samba is milder',
}

/** A server that others use, too. */
export function shared(
  server: DirectoryEndpoint,
  settings: ObtainedServer['settings'] = {},
): ObtainedServer {
  return { server, settings, release: async () => {} }
}
