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
      ...(showsDn(line, hidden) ? ['the log shows a DN'] : []),
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

/** Whether there is one in a line, in plain text or as it stands in a URL: one of the section, or one of anybody. What a client
 *  says of itself, once for each, is told as it says it. */
function showsDn(line: string, { section }: Hidden): boolean {
  if (line.includes('client seen')) return false
  const equals = '(?:=|%3d)'
  const anybody = new RegExp(`(?:uid|cn|ou)${equals}[^"]*?(?:,|%2c) ?(?:ou|dc)${equals}`, 'iu')
  return line.includes(section) || anybody.test(line)
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
