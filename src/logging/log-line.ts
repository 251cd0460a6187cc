import type { ErrorRecord } from './error-chain.ts'

/** One event, with secrets withheld already. */
export interface LogEvent {
  readonly time: Date
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, string | number | boolean>>
  /** The error and its causes; empty when the event is no failure. */
  readonly errors: readonly ErrorRecord[]
}

/** An event as one line of JSON. A field never hides time, level or message.
 *  @example {"time":"2030-01-31T12:00:00.000Z","level":"info","message":"user created","requestId":"r1"} */
export function jsonLine(event: LogEvent): string {
  const head = { time: event.time.toISOString(), level: event.level, message: event.message }
  const errors = event.errors.map(({ name, message, facts, stack }) => ({
    name,
    message,
    ...facts,
    ...(stack.length > 0 ? { stack } : {}),
  }))
  const tail = errors.length > 0 ? { errors } : {}
  return escapeControls(JSON.stringify({ ...head, ...event.fields, ...head, ...tail }))
}

/** An event as a line of text, with the chain of errors at its end. Where an error has a stack, the errors follow on lines
 *  of their own, which are indented so that none can pass for an event.
 *  @example 2030-01-31T12:00:00.000Z INFO  user created requestId=r1 durationMs=12 */
export function textLines(event: LogEvent): string {
  const facts = Object.entries(event.fields).map(([name, value]) => ` ${name}=${textValue(value)}`)
  const level = event.level.toUpperCase().padEnd(5)
  const first = `${event.time.toISOString()} ${level} ${event.message}${facts.join('')}`
  const hasStack = event.errors.some(({ stack }) => stack.length > 0)
  const lines = hasStack
    ? [first, ...event.errors.flatMap(errorLines)]
    : [`${first}${errorsOnLine(event.errors)}`]
  return lines.map(escapeControls).join('\n')
}

function errorsOnLine(errors: readonly ErrorRecord[]): string {
  return errors.length === 0 ? '' : ` errors=${JSON.stringify(errors.map(errorText).join(' '))}`
}

function errorLines(error: ErrorRecord, index: number): string[] {
  return [`    ${errorText(error, index)}`, ...error.stack.map((line) => `        ${line}`)]
}

function errorText({ name, message, facts }: ErrorRecord, index: number): string {
  const told = Object.entries(facts).map(([fact, value]) => ` ${fact}=${textValue(value)}`)
  const lead = index === 0 ? '' : 'caused by '
  return `${lead}${name}: ${message}${told.join('')}`
}

function textValue(value: string | number | boolean): string {
  const text = String(value)
  return /^[^\s"=]+$/u.test(text) ? text : JSON.stringify(text)
}

/** Line ends, terminal commands and marks that turn the direction of text, written as JSON escapes: input
 *  can neither forge a line nor repaint the terminal. */
function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
