import type { Hidden } from './answer-rules.ts'
import { secret } from './corpus.ts'

const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`
const textEvent = new RegExp(`^${time} (DEBUG|INFO |WARN |ERROR) [a-z]`, 'u')

/** What is wrong with lines of a log: secrets, DNs, errors, and whatever is not one event in one line. */
export function problemsOfLog(
  lines: readonly string[],
  format: 'json' | 'text',
  hidden: Hidden,
): string[] {
  const levelOf = format === 'json' ? levelOfJson : levelOfText
  return lines.flatMap((line) => {
    const level = levelOf(line)
    return [
      ...(level === undefined ? ['the log has a line that is no event'] : []),
      ...(level === 'error' ? ['the log has an error'] : []),
      ...secretsIn(line, hidden).map((what) => `the log shows ${what}`),
      ...(line.includes(hidden.section) ? ['the log shows a DN'] : []),
    ].map((problem) => `${problem}: ${line.slice(0, 1500)}`)
  })
}

function levelOfJson(line: string): string | undefined {
  try {
    const event = JSON.parse(line) as Readonly<Record<string, unknown>>
    const isEvent = new RegExp(`^${time}$`, 'u').test(String(event['time']))
    return isEvent && typeof event['message'] === 'string' ? String(event['level']) : undefined
  } catch {
    return undefined
  }
}

function levelOfText(line: string): string | undefined {
  // Errors follow their event on lines that are indented.
  if (line.startsWith('    ')) return 'more'
  return textEvent.exec(line)?.[1]?.trim().toLowerCase()
}

/** What is wrong with lines of the journal: secrets, and entries that are not the bridge's to change. */
export function problemsOfJournal(
  lines: readonly string[],
  bases: readonly string[],
  hidden: Hidden,
): string[] {
  return lines.flatMap((line) => {
    const record = JSON.parse(line) as { readonly ldif?: string }
    const outside = outsiders(record.ldif ?? '', bases)
    return [
      ...secretsIn(line, hidden).map((what) => `the journal shows ${what}`),
      ...outside.map((dn) => `the journal has a write to ${dn}`),
    ]
  })
}

/** What a change record is about, or where it moves that to, that is not the bridge's. */
function outsiders(ldif: string, bases: readonly string[]): readonly string[] {
  const unfolded = ldif.replaceAll('\n ', '')
  return [...unfolded.matchAll(/^(dn|newsuperior):(:?) (.*)$/gmu)]
    .map(([, line, encoded, value = '']) => ({
      isAllowed: line === 'dn' ? isBelow : isWithin,
      dn: encoded === ':' ? Buffer.from(value, 'base64').toString() : value,
    }))
    .filter(({ isAllowed, dn }) => !isAllowed(dn, bases))
    .map(({ dn }) => dn)
}

/** Which secrets a line shows.
 *  @param password that of everybody, or how it begins. */
export function secretsIn(line: string, { token }: Hidden, password = secret): string[] {
  const encoded = Buffer.from(password).toString('base64').replace(/=*$/u, '')
  return [
    ...(line.includes(password) || line.includes(encoded) ? ['a password'] : []),
    ...(line.includes(token) ? ['the token'] : []),
  ]
}

/** Whether a DN, as slapd writes it, is one of the bases or below it. */
export function isWithin(dn: string, bases: readonly string[]): boolean {
  return bases.some((base) => base.toLowerCase() === dn.toLowerCase()) || isBelow(dn, bases)
}

/** Whether a DN, as slapd writes it, is below one of the bases, and none of them. */
export function isBelow(dn: string, bases: readonly string[]): boolean {
  const lower = dn.toLowerCase()
  return bases.some((base) => {
    const end = base.toLowerCase()
    if (!lower.endsWith(`,${end}`)) return false
    // A comma behind an odd number of backslashes belongs to a value.
    const before = lower.slice(0, -end.length - 1)
    return (/\\*$/u.exec(before)?.[0].length ?? 0) % 2 === 0
  })
}
