import { type LdapOperation, dnAfter, type Plan } from '../directory/operation.ts'
import type { AttributeType } from '../directory/directory-schema.ts'
import type { Entry } from '../directory/entry.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { entryAfter } from '../mapping/entry-after.ts'
import { dnKey } from '../mapping/reference.ts'
import {
  managerReference,
  memberReference,
  type ReferenceAttribute,
} from '../mapping/reference-attribute.ts'

/** Somebody whom an entry is written to name, or to name no more. */
export interface NamedReference {
  readonly id: string
  /** By what he was named when he was looked up. */
  readonly value: string
  readonly isComing: boolean
}

/** A write of an entry that others may name. */
export interface ReferencedWrite {
  readonly entries: EntryMapping
  /** As it was read; left out for one that is created. */
  readonly entry?: Entry
  readonly plan: Plan
  /** Whom it names itself: users their manager, groups their members. None by default. */
  readonly named?: readonly NamedReference[]
  /** The entry leaves all groups, whatever else becomes of it. */
  readonly isLeaving?: boolean
}

/** What becomes of a value that names an entry: its DN, or what else groups name users by. */
export interface Route {
  /** Left out for an entry that is created. */
  readonly from?: string
  /** Left out for an entry that is deleted, or keeps its name. */
  readonly to?: string
  /** The name becomes another one, comes or goes. */
  readonly isMoving: boolean
}

/** What becomes of the values of one attribute that name an entry on its route. */
export interface Course extends Route {
  readonly attribute: ReferenceAttribute
  /** Those who name the entry name it afterwards, too. */
  readonly isFollowed: boolean
  /** Those who have the new name already name an entry that is long gone. */
  readonly isClearing: boolean
  /** Of those only the ones who name somebody beside him who is there. */
  readonly isSparing?: boolean
  /** Why those who name the entry could not name it any more, although it stays. */
  readonly refusal?: string
}

/** Where a write takes its entry; a DN that changes in its spelling alone stays. */
export function routeOf({ entry, plan }: ReferencedWrite): Route {
  const from = entry === undefined ? {} : { from: entry.dn }
  const step = plan.operations.find(({ kind }) => addressing.includes(kind))
  if (step === undefined) return { ...from, isMoving: false }
  const to = dnAfter(step)
  if (to === undefined) return { ...from, isMoving: true }
  const isSame = entry !== undefined && dnKey(entry.dn) === dnKey(to)
  return isSame ? { ...from, isMoving: false } : { ...from, to, isMoving: true }
}

/** Whether a value names one of those who name others. */
export function isNamedBy(
  { attribute }: Course,
  { dn }: Entry,
  value: string | undefined,
): boolean {
  const { key, ofGroup } = attribute.names
  return value !== undefined && ofGroup(dn).some((own) => key(own) === key(value))
}

/** What is to be done over a write for each of the attributes that may name the entry; nothing where the server does it. */
export function coursesOf(mappings: Mappings, write: ReferencedWrite): Course[] {
  const members = memberReference(mappings)
  const { type } = members.names
  const ofMembers =
    type === undefined
      ? memberCourses(members, write, routeOf(write))
      : namedCourses(mappings, write, members, type)
  return [...ofMembers, ...managerCourses(mappings, write)]
}

function memberCourses(
  attribute: ReferenceAttribute,
  { isLeaving = false }: ReferencedWrite,
  route: Route,
): Course[] {
  const isClearing = !attribute.isKept
  if (isLeaving) return [{ ...route, attribute, isClearing, isFollowed: false }]
  if (!route.isMoving || attribute.isKept) return []
  return [{ ...route, attribute, isClearing, isFollowed: isFollowable(route) }]
}

/** The manager of people is a user. Who names one alone that is not there yet names nobody's rights, and is left alone; beside
 *  another it is a name that a rename has left over. */
function managerCourses(mappings: Mappings, write: ReferencedWrite): Course[] {
  const attribute = managerReference(mappings)
  const route = routeOf(write)
  const isNamed = write.entries === mappings.users.entries && route.isMoving
  if (attribute === undefined || attribute.isKept || !isNamed) return []
  const isClearing = !attribute.isSingleValued
  return [{ ...route, attribute, isClearing, isSparing: true, isFollowed: isFollowable(route) }]
}

/** Of a user who has several values to be named by each goes its own way. */
function namedCourses(
  mappings: Mappings,
  { entries, entry, plan, isLeaving = false }: ReferencedWrite,
  attribute: ReferenceAttribute,
  type: AttributeType,
): Course[] {
  if (entries !== mappings.users.entries) return []
  const { names } = attribute
  const left = entryAfter(plan.operations, type, entry)
  const before = entry === undefined ? [] : names.ofUser(entry)
  const after = left === undefined ? [] : names.ofUser(left)
  const has = (values: readonly string[], value: string): boolean =>
    values.some((each) => names.key(each) === names.key(value))
  const gone = before.filter((value) => !has(after, value))
  const come = after.filter((value) => !has(before, value))
  const course = { attribute, isMoving: true, isFollowed: false, isClearing: false }
  if (isLeaving) {
    return before.map((from) => ({ ...course, from, isMoving: gone.includes(from) }))
  }
  const [to] = [...come, ...after]
  const name = mappings.users.scimName(type.name) ?? type.name
  const refusal = `Groups name this user by ${name}: as long as he is a member it must be there, and in ASCII.`
  const nameless = left === undefined ? {} : { refusal }
  const moving = gone.map((from) =>
    to === undefined
      ? { ...course, ...nameless, from }
      : { ...course, from, to, isFollowed: true, isClearing: come.includes(to) },
  )
  const others = gone.length === 0 ? come : come.slice(1)
  return [...moving, ...others.map((each) => ({ ...course, to: each, isClearing: true }))]
}

function isFollowable({ from, to }: Route): boolean {
  return from !== undefined && to !== undefined
}

/** The operations that change what an entry is called by. */
const addressing: readonly LdapOperation['kind'][] = ['add', 'modifyDn', 'delete']
