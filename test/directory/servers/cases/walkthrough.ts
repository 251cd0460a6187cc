import { directoryView } from '../../../walkthrough/directory-view.ts'
import { groupDialects, OneLogin } from '../../../walkthrough/onelogin.ts'
import { walkthrough, type WalkthroughContext } from '../../../walkthrough/walkthrough.ts'
import type { Topic } from '../server-case.ts'
import type { ServerScene } from '../server-scene.ts'

const existingGroup = 'Remote Access'
const contexts = new WeakMap<ServerScene, WalkthroughContext>()

/** The steps share what they remember; the first one finds a group with a member in the directory. */
async function contextOf(scene: ServerScene): Promise<WalkthroughContext> {
  const known = contexts.get(scene)
  if (known !== undefined) return known
  const { place, admin, bridge } = scene
  const { people, groups } = bridge.section
  const person = place.person(scene.unusedName(), people)
  await admin.addAll([person, place.group(existingGroup, groups, [person.dn])])
  const [dialect] = groupDialects
  if (dialect === undefined) throw new Error('there is no dialect')
  const context: WalkthroughContext = {
    onelogin: new OneLogin(bridge.scim, 'word', dialect),
    directory: directoryView(admin, [people, groups], place.view),
    existingGroup,
    ids: new Map(),
  }
  contexts.set(scene, context)
  return context
}

/** What an administrator of OneLogin does, one step after the other. */
export const walkthroughTopic: Topic = {
  title: 'The walk-through of an administrator of OneLogin',
  cases: walkthrough.map(({ title, run }) => ({
    title,
    run: async (scene) => await run(await contextOf(scene)),
  })),
}
