import { OpenAPIHono, z, type RouteConfig, type RouteHandler } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { Call, Role, Scope } from '../lib/call.ts'
import { AppError, type ErrorKind, type Issue } from '../lib/errors.ts'
import { plainMessage } from '../lib/plain-message.ts'
import { shapeFaults } from '../lib/shape-faults.ts'
import { readableJson } from './json-body.ts'
import { problemResponses } from './problem.ts'
import { toRequestIssues } from './request-issues.ts'
import { pathOfRequest, routedPath } from './verb-path.ts'

export interface AppEnv {
  readonly Variables: {
    readonly requestId: string
    /** Set by the authentication of every route under /api/v1. */
    readonly call: Call
    readonly scopes: readonly Scope[]
  }
}
export type Router = OpenAPIHono<AppEnv>

export function createRouter(): Router {
  return new OpenAPIHono<AppEnv>({
    getPath: pathOfRequest,
    defaultHook: (result) => {
      if (result.success) return
      throw new AppError('invalid', 'request.invalid', 'the request does not fit its schema', {
        issues: toIssues(result.error.issues, result.target),
      })
    },
  })
}

type Query = NonNullable<NonNullable<RouteConfig['request']>['query']>
type Body = NonNullable<NonNullable<RouteConfig['request']>['body']>
type Target = 'json' | 'form' | 'query' | 'param' | 'header' | 'cookie' | (string & {})

/** JSON pointers into the body as `/field`; into the rest of the request as `/query/field`. */
function toIssues(issues: readonly z.core.$ZodIssue[], target: Target): readonly Issue[] {
  return toRequestIssues(shapeFaults(issues), target === 'json' ? '' : `/${target}`)
}

export interface Access {
  /** One of these roles is needed; missing: any member may (every role reads). */
  readonly roles?: readonly Role[]
  readonly scope: Scope
  /** Errors of this route beside those that every route has. */
  readonly problems?: readonly ErrorKind[]
}

/** `requestPublication` as a person says it: `Request publication`. */
function summaryOf(operationId: string): string {
  const words = operationId.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const ALWAYS: readonly ErrorKind[] = ['malformed', 'unauthenticated', 'forbidden', 'invalid']
const WITH_BODY: readonly ErrorKind[] = ['too_large', 'unsupported_media']

interface Described {
  /** What the name does not say: all that most callers ever read. */
  readonly description: string
}

/** Mounts one operation: documented with its verb, checked for role and scope, errors listed. */
export function endpoint<R extends RouteConfig>(
  router: Router,
  access: Access,
  route: R & Described,
  handler: RouteHandler<R, AppEnv>,
): void {
  const config: RouteConfig = route
  router.openAPIRegistry.registerPath({
    summary: summaryOf(config.operationId ?? ''),
    ...config,
    security: [{ token: [] }],
    responses: {
      ...problemResponses([
        ...ALWAYS,
        ...(config.request?.body ? WITH_BODY : []),
        ...(access.problems ?? []),
      ]),
      ...config.responses,
    },
    'x-scope': access.scope,
    ...(access.roles ? { 'x-roles': access.roles } : {}),
  })
  const routed: RouteConfig = {
    ...config,
    path: routedPath(config.path),
    request: {
      ...config.request,
      ...bodyInPlainWords(config.request?.body),
      query: inPlainWords(strict(config.request?.query)),
    },
    hide: true,
    middleware: [requireAccess(access), ...(hasParsedBody(config) ? [readableJson] : [])],
  }
  router.openapi(routed, handler)
}

/** A misspelt name would quietly do something else: `?dryrun=true` would import. */
function strict(query: Query | undefined): Query {
  if (query === undefined) return z.strictObject({})
  return query instanceof z.ZodObject ? query.strict() : query
}

/** A schema that names its faults as those of a definition are named. */
function inPlainWords<S extends z.ZodType>(schema: S): S {
  const safeParseAsync = (value: unknown) => schema.safeParseAsync(value, { error: plainMessage })
  return Object.assign(schema.clone(), { safeParseAsync })
}

function bodyInPlainWords(body: Body | undefined): { readonly body?: Body } {
  const media = body?.content['application/json']
  if (!body || !media || !('schema' in media) || !(media.schema instanceof z.ZodType)) return {}
  const schema = inPlainWords(media.schema)
  return { body: { ...body, content: { ...body.content, 'application/json': { schema } } } }
}

/** The others read their body by themselves. */
function hasParsedBody({ request }: RouteConfig): boolean {
  const media = request?.body?.content['application/json']
  return media !== undefined && 'schema' in media && media.schema instanceof z.ZodType
}

function requireAccess({ roles, scope }: Access): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { actor } = c.var.call
    if (roles && !roles.some((role) => actor.roles.includes(role))) {
      throw new AppError(
        'forbidden',
        'auth.forbidden',
        `this needs the role ${roles.join(' or ')}`,
        {
          details: { required_roles: roles },
        },
      )
    }
    if (!c.var.scopes.includes(scope)) {
      throw new AppError('forbidden', 'auth.forbidden', `this token lacks the scope ${scope}`, {
        details: { required_scope: scope },
      })
    }
    return next()
  }
}

/** A JSON body or answer with its schema. */
export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } }
}
