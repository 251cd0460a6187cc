import type { Overrides } from '../../support/bridge.ts'
import type { DirectoryEndpoint } from '../../support/directory-server.ts'
import type { OpenldapOptions } from '../../support/openldap-server.ts'
import { startOpenldap } from '../../support/openldap.ts'
import type { WalkthroughNames } from '../../walkthrough/walkthrough.ts'
import { oneLine, usersMap } from '../bridge/users-map.ts'
import { openldapPlace, shared } from './places.ts'
import type { ObtainedServer, ServerPlace } from './server-place.ts'

/** OpenLDAP with groups that name people by their logins. */
export function posixPlace(obtain: ServerPlace['obtain']): ServerPlace {
  return {
    ...openldapPlace,
    name: 'OpenLDAP, posixGroup',
    about:
      'the same with groups of this class, which name people by their `uid` in memberUid (`members.holds: uid`), and get a gidNumber of the bridge',
    bridge: { ...openldapPlace.bridge, without: ['users.memberOf', 'groups.members.placeholder'] },
    settings: {
      'groups.objectClass': 'posixGroup',
      'groups.numbers': oneLine({ gidNumber: { from: 10_000, to: 60_000 } }),
      'groups.members.attribute': 'memberUid',
      'groups.members.holds': 'uid',
    },
    view: viewWith({ member: 'memberUid', isMemberByName: true }),
    obtain,
    group: (displayName, groups, members) => ({
      dn: `cn=${displayName},${groups}`,
      attributes: { objectClass: 'posixGroup', gidNumber: '5000', memberUid: members },
    }),
  }
}

/** The other ways in which people and groups are kept in an OpenLDAP.
 *  @param sharedServer an OpenLDAP with all overlays. */
export function openldapVariants(sharedServer: () => DirectoryEndpoint): readonly ServerPlace[] {
  return [
    {
      ...openldapPlace,
      name: 'OpenLDAP without overlays',
      about:
        'the same without memberof and refint: the bridge keeps references (`references: bridge`)',
      bridge: { ...openldapPlace.bridge, without: ['users.memberOf'] },
      settings: {
        'users.manager.references': 'bridge',
        'groups.members.references': 'bridge',
      },
      obtain: async () => await own({ overlays: ['unique', 'ppolicy'] }),
    },
    {
      ...groupsOf('groupOfUniqueNames', 'uniqueMember'),
      about: 'the same with groups of this class, for which memberof and refint are configured',
    },
    {
      ...groupsOf('groupOfMembers', 'member'),
      about: 'the same with groups of this class of rfc2307bis, which may be empty: no placeholder',
      bridge: { ...openldapPlace.bridge, without: ['groups.members.placeholder'] },
    },
    posixPlace(async () => shared(sharedServer())),
    {
      ...openldapPlace,
      name: 'OpenLDAP, named by cn',
      about:
        'the same with people named by a cn that is made from their names, as in `config/active-directory.yaml`',
      settings: {
        'users.rdn': 'cn',
        'users.derived': oneLine({
          cn: {
            from: ['displayName', 'name.givenName name.familyName', 'userName'],
            separator: ' ',
          },
        }),
        ...usersMap({
          'name.formatted': undefined,
          'name.familyName': { attribute: 'sn', fallback: ['displayName', 'userName'] },
          'name.givenName': { attribute: 'givenName', fallback: ['displayName', 'userName'] },
        }),
      },
      obtain: async () => shared(sharedServer()),
      person: (userName, people) => ({
        dn: `cn=${userName},${people}`,
        attributes: { objectClass: 'inetOrgPerson', uid: userName, sn: userName },
      }),
    },
    {
      ...openldapPlace,
      name: 'OpenLDAP, named by externalId',
      about:
        'the same with people named by scimExternalId, which is the userName at first where the client gives no externalId',
      settings: {
        'users.rdn': 'scimExternalId',
        'users.createClasses': '[scimResource]',
        ...usersMap({ externalId: { attribute: 'scimExternalId', fallback: ['userName'] } }),
      },
      view: viewWith({ made: (userName) => ({ externalId: userName }) }),
      obtain: async () => shared(sharedServer()),
      person: (userName, people) => ({
        dn: `scimExternalId=${userName},${people}`,
        attributes: {
          objectClass: ['inetOrgPerson', 'scimResource'],
          uid: userName,
          cn: userName,
          sn: userName,
        },
      }),
    },
  ]
}

function viewWith(names: Partial<WalkthroughNames>): ServerPlace['view'] {
  const { view } = openldapPlace
  return { ...view, names: { ...view.names, ...names } }
}

function groupsOf(objectClass: string, member: string): ServerPlace {
  const settings: Overrides = {
    'groups.objectClass': objectClass,
    'groups.members.attribute': member,
  }
  return {
    ...openldapPlace,
    name: `OpenLDAP, ${objectClass}`,
    settings,
    view: viewWith({ member }),
    obtain: async () => await own({ groups: { objectClass, member } }),
    group: (displayName, groups, members) => ({
      dn: `cn=${displayName},${groups}`,
      attributes: { objectClass, [member]: members },
    }),
  }
}

/** A slapd for one place alone. */
export async function own(options: OpenldapOptions): Promise<ObtainedServer> {
  const server = await startOpenldap(options)
  return { server, settings: {}, release: async () => await server.close() }
}
