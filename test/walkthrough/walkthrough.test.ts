import { AdminClient } from '../support/admin-client.ts'
import { openTestBridge, type TestBridge } from '../support/bridge.ts'
import { sharedOpenldap } from '../support/shared-openldap.ts'
import { directoryView } from './directory-view.ts'
import { type ActiveForm, groupDialects, OneLogin } from './onelogin.ts'
import { walkthrough, type WalkthroughContext } from './walkthrough.ts'

const activeForms: readonly ActiveForm[] = ['boolean', 'word', 'digit']

// Every dialect and every form of `active` is in one of the combinations.
const combinations = groupDialects.map((dialect, index) => ({
  dialect,
  activeForm: activeForms[index % activeForms.length] ?? 'boolean',
}))

for (const { dialect, activeForm } of combinations) {
  describe(`A OneLogin administrator, groups in ${dialect.name}, active as a ${activeForm}`, () => {
    let bridge: TestBridge
    let context: WalkthroughContext

    before(async () => {
      const server = sharedOpenldap()
      bridge = await openTestBridge(server)
      const admin = new AdminClient(server)
      const { people, groups } = bridge.section
      await admin.add(`uid=vpn,${people}`, { objectClass: 'inetOrgPerson', cn: 'V', sn: 'V' })
      await admin.add(`cn=VPN Users,${groups}`, {
        objectClass: 'groupOfNames',
        member: `uid=vpn,${people}`,
      })
      context = {
        onelogin: new OneLogin(bridge.scim, activeForm, dialect),
        directory: directoryView(admin, [people, groups]),
        existingGroup: 'VPN Users',
        ids: new Map(),
      }
    })

    after(async () => bridge.close())

    for (const [index, { title, run }] of walkthrough.entries()) {
      it(`${index + 1}. ${title}`, async () => {
        await run(context)
      })
    }
  })
}
