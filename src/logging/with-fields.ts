import type { LogFields, Logger } from './logger.ts'

/** A logger that adds the same facts to every event. */
export function withFields(logger: Logger, common: LogFields): Logger {
  return {
    debug: (message, fields) => logger.debug(message, { ...fields, ...common }),
    info: (message, fields) => logger.info(message, { ...fields, ...common }),
    warn: (message, fields) => logger.warn(message, { ...fields, ...common }),
    error: (message, fields, error) => logger.error(message, { ...fields, ...common }, error),
  }
}
