import type { ScimContext, ScimMiddleware } from '../state.ts'

/** Answers `/health/live` (the process runs) and `/health/ready` (it can serve now), without a token and without
 *  a word on why not: that stands in the log. */
export function health(isReady: () => Promise<boolean>): ScimMiddleware {
  return async function answerHealth(ctx, next) {
    const isRead = ctx.method === 'GET' || ctx.method === 'HEAD'
    if (isRead && ctx.path === '/health/live') sendHealth(ctx, 200, 'live')
    else if (isRead && ctx.path === '/health/ready') {
      const ready = await isReady().catch(() => false)
      sendHealth(ctx, ready ? 200 : 503, ready ? 'ready' : 'not ready')
    } else await next()
  }
}

function sendHealth(ctx: ScimContext, status: number, word: string): void {
  ctx.status = status
  ctx.set('Content-Type', 'application/json')
  ctx.body = { status: word }
}
