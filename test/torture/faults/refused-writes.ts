import type { JsonObject } from '../../../src/scim/json.ts'
import type { Belongings } from './belongings.ts'
import { bodyOf, patchOf, type SharedGroup, type TrackedUser, type UserState } from './model.ts'
import type { Write } from './write.ts'

const nobodysId = '00000000-0000-4000-8000-000000000000'
const neverVersion = '"never"'

type Making = (user: TrackedUser, own: Belongings) => Omit<Write, 'about' | 'made'>

const makings: readonly Making[] = [
  ({ state }) => ({
    method: 'POST',
    path: '/Users',
    body: bodyOf(stateWith(state?.userName ?? '')),
    refusal: 409,
  }),
  (user, own) => ({
    method: 'PATCH',
    path: `/Groups/${(own.random.one(own.shared) as SharedGroup).id}`,
    body: patchOf({
      op: 'add',
      path: 'members',
      value: [{ value: user.id ?? '' }, { value: nobodysId }],
    }),
    refusal: 400,
  }),
  ({ id, state }) => ({
    method: 'PUT',
    path: `/Users/${id}`,
    body: bodyOf(stateWith(state?.userName ?? '')),
    version: neverVersion,
    refusal: 412,
  }),
  ({ id }) => ({
    method: 'PATCH',
    path: `/Users/${id}`,
    body: retitling,
    version: neverVersion,
    refusal: 412,
  }),
  ({ id }) => ({ method: 'DELETE', path: `/Users/${id}`, version: neverVersion, refusal: 412 }),
  (_, own) => ({
    method: 'PUT',
    path: `/Users/${goneIdOf(own)}`,
    body: bodyOf(stateWith(own.unusedName())),
    refusal: 404,
  }),
  (_, own) => ({
    method: 'PATCH',
    path: `/Users/${goneIdOf(own)}`,
    body: retitling,
    refusal: 404,
  }),
  (_, own) => ({ method: 'DELETE', path: `/Users/${goneIdOf(own)}`, refusal: 404 }),
]

/** Writes that are wrong in themselves, each kind in its turn, whichever client asks: none may leave anything. */
export class RefusedWrites {
  #count = 0

  /** @param user who must stay as he is. */
  next(user: TrackedUser, own: Belongings): Write {
    const making = makings[this.#count % makings.length] as Making
    this.#count += 1
    return { about: [], made: () => {}, ...making(user, own) }
  }
}

function stateWith(userName: string): UserState {
  return {
    userName,
    familyName: 'Refused',
    title: 'Refused',
    isActive: true,
    password: undefined,
    manager: undefined,
  }
}

const retitling: JsonObject = patchOf({ op: 'replace', value: { title: 'Refused' } })

function goneIdOf({ random, goneIds }: Belongings): string {
  return random.one(goneIds) ?? nobodysId
}
