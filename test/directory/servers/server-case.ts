import type { ServerScene } from './server-scene.ts'

/** What came of a case. */
export type Outcome = string

/** The outcome of a case that asks for nothing but that something holds. */
export const holds: Outcome = 'yes'

/** Something that is tried on every server. Where servers differ, or the bridge goes another way for one of them, the outcome
 *  says how it was; everything else fails the case. */
export interface ServerCase {
  /** A sentence, together with the title of its topic. */
  readonly title: string
  /** @returns `holds` when nothing is returned. */
  readonly run: (scene: ServerScene) => Promise<Outcome | undefined | void>
}

/** Cases about one thing. */
export interface Topic {
  /** What the sentences are about: `A group`. */
  readonly title: string
  /** Opens the scene of the cases, which is closed behind them, where they need one of their own. */
  readonly enter?: (scene: ServerScene) => Promise<ServerScene>
  readonly cases: readonly ServerCase[]
}
