import { parseDateTime } from '../scim/scalar.ts'

const form =
  /^(?<date>\d{8})(?<hour>\d\d)(?:(?<minute>\d\d)(?<second>\d\d)?)?(?:[.,](?<fraction>\d+))?(?<zone>Z|[+-]\d\d(?:\d\d)?)$/u

type Parts = Readonly<Record<string, string | undefined>>

/** The SCIM dateTime of a GeneralizedTime in milliseconds and UTC, or nothing when it is none.
 *  RFC 4517 §3.3.13, RFC 7643 §2.3.5
 *  @example toDateTime('20261122084405Z') // 2026-11-22T08:44:05.000Z */
export function toDateTime(text: string): string | undefined {
  const parts: Parts | undefined = form.exec(text)?.groups
  if (parts === undefined) return undefined
  const local = localInstant(parts)
  return local === undefined
    ? undefined
    : new Date(local + fractionOf(parts) - offsetOf(parts)).toISOString()
}

/** The GeneralizedTime in UTC of a SCIM dateTime; the fraction is left out when it is zero. Nothing for a text that is no
 *  dateTime, or for a year that has not four digits. RFC 4517 §3.3.13
 *  @param dateTime with or without an offset; without one it is taken as UTC.
 *  @example toGeneralizedTime('2026-11-22T08:44:05Z') // 20261122084405Z */
export function toGeneralizedTime(dateTime: string): string | undefined {
  const instant = parseDateTime(dateTime)
  if (instant === undefined) return undefined
  const iso = new Date(instant).toISOString()
  if (!/^\d{4}-/u.test(iso)) return undefined
  const [seconds = '', fraction = ''] = iso.split('.')
  const digits = seconds.replace(/[-:T]/gu, '')
  return fraction === '000Z' ? `${digits}Z` : `${digits}.${fraction.replace(/0*Z$/u, '')}Z`
}

/** The whole units in milliseconds, as if the time were in UTC; nothing when there is no such day or time. */
function localInstant({
  date = '',
  hour,
  minute = '00',
  second = '00',
}: Parts): number | undefined {
  const day = date.replace(/^(....)(..)(..)$/u, '$1-$2-$3')
  // A leap second, which RFC 4517 allows and Date does not know, is the second behind it.
  const isLeap = second === '60'
  const instant = Date.parse(`${day}T${hour}:${minute}:${isLeap ? '59' : second}Z`)
  // Date takes 24:00, and the 31st of any month, as what comes behind it.
  const isReal =
    !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(`${day}T${hour}`)
  return isReal ? instant + (isLeap ? 1000 : 0) : undefined
}

/** The fraction is one of the smallest unit that is given. */
function fractionOf({ minute, second, fraction = '0' }: Parts): number {
  const unitOfMinutes = minute === undefined ? 3_600_000 : 60_000
  const unitMs = second === undefined ? unitOfMinutes : 1000
  return Math.floor(Number((Number(`0.${fraction}`) * unitMs).toFixed(3)))
}

function offsetOf({ zone = 'Z' }: Parts): number {
  if (zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
