import type { Logger } from '../logging/logger.ts'
import type { ScimContext } from './state.ts'

/** Reports what goes wrong behind the last middleware: a client that is gone is no error of ours, an answer that could
 *  not be written is. */
export function reportUnsentAnswer(logger: Logger): (error: Error, ctx: ScimContext) => void {
  return (error, ctx) => {
    const { requestId } = ctx.state
    if (ctx.headerSent || !ctx.writable) logger.info('connection lost', { requestId })
    else logger.error('answer not sent', { requestId }, error)
  }
}
