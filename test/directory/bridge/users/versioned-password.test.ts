import assert from 'node:assert/strict'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'

for (const method of ['userPassword', 'passwordModify'] as const) {
  describe(`If-Match on a change of the password by ${method} (RFC 7644 §3.14)`, () => {
    let bridge: TestBridge

    before(async () => {
      bridge = await openTestBridge(sharedOpenldap(), { 'users.password.method': method })
    })

    after(async () => bridge.close())

    it('lets one of ten with the same version win', async () => {
      const created = await bridge.scim.post('/Users', {
        userName: `password-${method}`,
        name: { familyName: 'Race' },
      })
      const path = `/Users/${String(created.headers.get('location')?.split('/').at(-1))}`
      const answers = await Promise.all(
        Array.from({ length: 10 }, async (_, number) =>
          bridge.scim.send('PATCH', path, {
            headers: { 'if-match': String(created.headers.get('etag')) },
            body: {
              schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
              Operations: [{ op: 'replace', path: 'password', value: `Right-Horse-${number}` }],
            },
          }),
        ),
      )
      const statuses = answers.map(({ status }) => status).sort((one, other) => one - other)
      assert.deepEqual(statuses, [200, ...Array.from({ length: 9 }, () => 412)])
    })
  })
}
