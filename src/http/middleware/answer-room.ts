import { Readable } from 'node:stream'
import { Queue } from '../../provisioning/queue.ts'
import { scimErrors } from '../../scim/error.ts'
import { isJsonObject } from '../../scim/json.ts'
import { AnswerBudget } from '../answer-budget.ts'
import type { HttpSettings } from '../settings.ts'
import type { ScimContext, ScimMiddleware } from '../state.ts'

/** Answers up to this length are not counted: there are no more of them than connections. */
const longestSmall = 65_536

/** Enough to keep the directory busy; each may have a hundred thousand members, and is held whole. */
const groupsAtATime = 4

const retryAfterSeconds = 5

/** Bounds the memory for answers that are made at once and not read: a few groups are read at a time, and what their clients have
 *  not taken has a bounded room. Lists are streamed, and need none. */
export function answerRoom({ answers }: Pick<HttpSettings, 'answers'>): ScimMiddleware {
  const budget = new AnswerBudget(answers.maxTotalBytes)
  const groups = new Queue(groupsAtATime)
  return async function makeAnswer(ctx, next) {
    const make = async (): Promise<void> => {
      await next()
      holdAnswer(ctx, budget)
    }
    await (isRead(ctx) && isOfOneGroup(ctx) ? groups.take(make) : make())
  }
}

/** Makes the text of the answer, as Koa would. */
function holdAnswer(ctx: ScimContext, budget: AnswerBudget): void {
  if (!isJsonObject(ctx.body) || ctx.body instanceof Readable) return
  const text = JSON.stringify(ctx.body)
  if (text.length > longestSmall) {
    if (!isRead(ctx)) budget.hold(text.length)
    else if (!budget.tryHold(text.length)) throw refusal(ctx)
    ctx.res.once('close', () => budget.release(text.length))
  }
  ctx.body = text
}

function refusal(ctx: ScimContext): Error {
  ctx.remove('ETag')
  const hint = isOfOneGroup(ctx) ? ', or without its members (excludedAttributes=members)' : ''
  return scimErrors.unavailable(
    `The bridge has no room for so large an answer at the moment. Ask for it again${hint}.`,
    { retryAfterSeconds },
  )
}

function isRead({ method, path }: ScimContext): boolean {
  return method === 'GET' || method === 'HEAD' || /\/\.search$/iu.test(path)
}

function isOfOneGroup({ path }: ScimContext): boolean {
  return /\/Groups\/[^/.][^/]*$/iu.test(path)
}
