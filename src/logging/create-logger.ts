import type { Writable } from 'node:stream'
import winston from 'winston'
import { errorChain } from './error-chain.ts'
import { jsonLine, textLines, type LogEvent } from './log-line.ts'
import type { LogFields, Logger } from './logger.ts'
import { redactField, redactText } from './redact.ts'
import type { LoggingSettings } from './settings.ts'

/** Where and when events are written. */
export interface LoggerOptions {
  /** Where the lines go. Standard output by default: a service writes its events there and leaves it to the
   *  system where they are kept. A command whose result is on standard output logs to standard error. */
  readonly stream?: Writable
  readonly now?: () => Date
}

/** The order of importance, the most important first. */
const levels = { error: 0, warn: 1, info: 2, debug: 3 }

/** A logger that withholds secrets and writes lines that no input can forge. */
export function createLogger(
  { level, format }: LoggingSettings,
  { stream = process.stdout, now = () => new Date() }: LoggerOptions = {},
): Logger {
  const print = format === 'json' ? jsonLine : textLines
  const output = winston.createLogger({
    level,
    levels,
    // The fields travel as one property, because winston glues a field called `message` to the message.
    format: winston.format.printf((info) => print(info['event'] as LogEvent)),
    transports: [new winston.transports.Stream({ stream, eol: '\n' })],
  })
  const log = (name: keyof typeof levels, message: string, about: About): void => {
    if (levels[name] > levels[level]) return
    output.log({
      level: name,
      message,
      event: toEvent({ time: now(), level: name, message }, about),
    })
  }
  return {
    debug: (message, fields) => log('debug', message, { fields }),
    info: (message, fields) => log('info', message, { fields }),
    warn: (message, fields) => log('warn', message, { fields }),
    error: (message, fields, error) => log('error', message, { fields, error }),
  }
}

interface About {
  readonly fields: LogFields | undefined
  readonly error?: unknown
}

function toEvent(
  { time, level, message }: Pick<LogEvent, 'time' | 'level' | 'message'>,
  { fields = {}, error }: About,
): LogEvent {
  return {
    time,
    level,
    message: redactText(message),
    fields: Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, redactField(name, value)]],
      ),
    ),
    errors: error === undefined ? [] : errorChain(error),
  }
}
