import { type LdapOperation, dnAfter, type Plan } from '../directory/operation.ts'
import type { Entry } from '../directory/entry.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { dnKey } from '../mapping/reference.ts'
import {
  managerReference,
  memberReference,
  type ReferenceAttribute,
} from '../mapping/reference-attribute.ts'

/** A write of an entry that others may name. */
export interface ReferencedWrite {
  readonly entries: EntryMapping
  /** As it was read; left out for one that is created. */
  readonly entry?: Entry
  readonly plan: Plan
  /** The entry leaves all groups, whatever else becomes of it. */
  readonly isLeaving?: boolean
}

/** Where an entry goes. */
export interface Route {
  /** Left out for an entry that is created. */
  readonly from?: string
  /** Left out for an entry that is deleted, or stays where it is. */
  readonly to?: string
  /** Its DN becomes another one, comes or goes. */
  readonly isMoving: boolean
}

/** What becomes of the values of one attribute that name an entry on its route. */
export interface Course extends Route {
  readonly attribute: ReferenceAttribute
  /** Those who name the entry name it afterwards, too. */
  readonly isFollowed: boolean
  /** Those who name the new DN already name an entry that is long gone. */
  readonly isClearing: boolean
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

/** What is to be done over a write for each of the attributes that may name the entry; nothing where the server does it. */
export function coursesOf(mappings: Mappings, write: ReferencedWrite, route: Route): Course[] {
  const isFollowed = route.from !== undefined && route.to !== undefined
  return [memberCourse(mappings, write, route), managerCourse(mappings, write, route)].flatMap(
    (course) => (course === undefined ? [] : { ...route, isFollowed, ...course }),
  )
}

type Particulars = Pick<Course, 'attribute' | 'isClearing'> & Partial<Pick<Course, 'isFollowed'>>

function memberCourse(
  mappings: Mappings,
  { isLeaving = false }: ReferencedWrite,
  { isMoving }: Route,
): Particulars | undefined {
  const attribute = memberReference(mappings)
  const isClearing = !attribute.isKept
  if (isLeaving) return { attribute, isClearing, isFollowed: false }
  return isMoving && !attribute.isKept ? { attribute, isClearing } : undefined
}

/** The manager of people is a user. Who names one that is not there yet names nobody's rights, and is left alone. */
function managerCourse(
  mappings: Mappings,
  { entries }: ReferencedWrite,
  { isMoving, from }: Route,
): Particulars | undefined {
  const attribute = managerReference(mappings)
  const isNamed = entries === mappings.users.entries && isMoving && from !== undefined
  if (attribute === undefined || attribute.isKept || !isNamed) return undefined
  return { attribute, isClearing: false }
}

/** The operations that change what an entry is called by. */
const addressing: readonly LdapOperation['kind'][] = ['add', 'modifyDn', 'delete']
