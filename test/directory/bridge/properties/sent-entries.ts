import type { Scene } from '../users/scene.ts'

/** How many entries the directory has sent to anybody while work was done. */
export async function entriesSent(scene: Scene, work: () => Promise<void>): Promise<number> {
  const before = await sentEntries(scene)
  await work()
  // That of the count itself is one of them.
  return (await sentEntries(scene)) - before - 1
}

async function sentEntries({ admin }: Scene): Promise<number> {
  const dn = 'cn=Entries,cn=Statistics,cn=Monitor'
  const [count = ''] = await admin.values(dn, 'monitorCounter')
  return Number(count)
}
