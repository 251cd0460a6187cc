import type { ScimContext, ScimMiddleware } from '../state.ts'

/** Takes double slashes and a slash at the end out of the path: a base URL that was entered into a client with a
 *  slash at its end makes `//Users` of `/Users`. */
export const tidyPath: ScimMiddleware = function tidyPath(ctx, next) {
  const tidy = ctx.path.replace(/\/+/gu, '/').replace(/(?<=.)\/$/u, '')
  if (tidy !== ctx.path) ctx.path = tidy
  return next()
}

/** Makes a path that leads nowhere of a request target that is no URL, such as `http://[`, so that it is logged and refused
 *  like any other. It stands in front of everything that looks at path or query. */
export const legiblePath: ScimMiddleware = function legiblePath(ctx, next) {
  if (!isLegible(ctx)) ctx.url = `/${encodeURIComponent(ctx.url)}`
  return next()
}

function isLegible(ctx: ScimContext): boolean {
  try {
    return ctx.path !== ''
  } catch {
    return false
  }
}
