import type { ScimMiddleware } from '../state.ts'

/** Takes double slashes and a slash at the end out of the path: a base URL that was entered into a client with a
 *  slash at its end makes `//Users` of `/Users`. */
export const tidyPath: ScimMiddleware = function tidyPath(ctx, next) {
  const tidy = ctx.path.replace(/\/+/gu, '/').replace(/(?<=.)\/$/u, '')
  if (tidy !== ctx.path) ctx.path = tidy
  return next()
}
