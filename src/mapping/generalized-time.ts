const form =
  /^(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:(\d\d))?)?(?:[.,](\d+))?(?:Z|([+-])(\d\d)(\d\d)?)$/u

/** The SCIM dateTime of a GeneralizedTime in milliseconds and UTC, or nothing when it is none.
 *  RFC 4517 §3.3.13, RFC 7643 §2.3.5
 *  @example toDateTime('20261122084405Z') // 2026-11-22T08:44:05.000Z */
export function toDateTime(text: string): string | undefined {
  const match = form.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = match
  const unitMs = second !== undefined ? 1000 : minute !== undefined ? 60_000 : 3_600_000
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute ?? 0),
    Number(second ?? 0),
  )
  const offset = Number(offsetHour ?? 0) * 3_600_000 + Number(offsetMinute ?? 0) * 60_000
  const instant =
    local + Math.floor(Number(`0.${fraction ?? 0}`) * unitMs) - (sign === '-' ? -offset : offset)
  return Number.isNaN(instant) ? undefined : new Date(instant).toISOString()
}

/** The GeneralizedTime in UTC of a SCIM dateTime; the fraction is left out when it is zero. RFC 4517 §3.3.13
 *  @param dateTime with or without an offset; without one it is taken as UTC.
 *  @example toGeneralizedTime('2026-11-22T08:44:05Z') // 20261122084405Z */
export function toGeneralizedTime(dateTime: string): string | undefined {
  const hasOffset = /(?:z|[+-]\d\d:?\d\d)$/iu.test(dateTime)
  const instant = Date.parse(hasOffset ? dateTime : `${dateTime}Z`)
  if (Number.isNaN(instant)) return undefined
  const [seconds = '', fraction = ''] = new Date(instant).toISOString().split('.')
  const digits = seconds.replace(/[-:T]/gu, '')
  return fraction === '000Z' ? `${digits}Z` : `${digits}.${fraction.replace(/0*Z$/u, '')}Z`
}
