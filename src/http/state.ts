import type { Router, RouterContext } from '@koa/router'
import type Koa from 'koa'
import type { ResourceService } from '../provisioning/resource-service.ts'
import type { Right } from './rights.ts'

/** What the middleware learn of a request on its way. */
export interface RequestState {
  /** Names the request in the log, the journal and the answer. */
  requestId: string
  /** The name of the tenant whose path it is; absent for the first. */
  tenant?: string
  /** The name of the token that asked; absent until it is authenticated. */
  actor?: string
  /** The userName of the user for whom that token stands; absent where it stands for none. */
  userName?: string
  /** What that token may; absent until it is authenticated. */
  rights?: readonly Right[]
  /** Why the request failed, for the log. */
  failure?: unknown
}

/** The application: its state is ours, its context is Koa's own. */
export type ScimApp = Koa<RequestState, object>

/** A step that every request passes. */
export type ScimMiddleware = Koa.Middleware<RequestState, object>

/** A request and its answer as a middleware sees them. */
export type ScimContext = Koa.ParameterizedContext<RequestState, object>

/** The table of endpoints. */
export type ScimRouter = Router<RequestState, object>

/** A request and its answer as an endpoint sees them, with the parameters of its path. */
export type EndpointContext = RouterContext<RequestState, object>

/** The resources of one type as far as the one who asks may go. */
export type PermittedResources = (ctx: ScimContext) => ResourceService
