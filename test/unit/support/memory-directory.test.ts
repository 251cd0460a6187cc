import { describeDirectory } from '../../support/directory-contract.ts'
import { MemoryDirectory } from '../../support/memory-directory.ts'

describeDirectory('MemoryDirectory', async () => {
  const directory = new MemoryDirectory()
  return {
    directory,
    people: 'ou=people,dc=example,dc=org',
    groups: 'ou=groups,dc=example,dc=org',
    placeholder: 'cn=empty-membership,dc=example,dc=org',
    close: () => directory.close(),
  }
})
