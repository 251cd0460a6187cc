import type { LogFields, Logger } from '../../../src/logging/logger.ts'

/** One event that was logged. */
export interface LoggedEvent {
  readonly level: keyof Logger
  readonly message: string
  readonly fields: LogFields
  readonly error?: unknown
}

/** A logger that remembers. */
export class RecordingLogger implements Logger {
  readonly events: LoggedEvent[] = []

  debug(message: string, fields: LogFields = {}): void {
    this.events.push({ level: 'debug', message, fields })
  }

  info(message: string, fields: LogFields = {}): void {
    this.events.push({ level: 'info', message, fields })
  }

  warn(message: string, fields: LogFields = {}): void {
    this.events.push({ level: 'warn', message, fields })
  }

  error(message: string, fields: LogFields = {}, error?: unknown): void {
    this.events.push({ level: 'error', message, fields, error })
  }

  /** The first event of this message, once it is logged: a request is logged after its answer has left. */
  async event(message: string): Promise<LoggedEvent> {
    const deadline = Date.now() + 5000
    while (Date.now() < deadline) {
      const found = this.events.find((event) => event.message === message)
      if (found !== undefined) return found
      await new Promise(setImmediate)
    }
    throw new Error(`"${message}" was not logged`)
  }
}
