import { parseConfig } from '#src/config.ts'
import { simulatorFetch } from '#clients/dolphinscheduler/simulator/fetch.ts'
import { hashToken, makeToken } from '#src/access/api-token.ts'
import type { Router } from '#src/http/endpoint.ts'
import { ROLES, SCOPES } from '#src/lib/call.ts'
import { newId } from '#src/lib/ids.ts'
import { silentLog } from '#src/lib/log.ts'
import { createMetrics } from '#src/metrics.ts'
import { wire } from '#src/wire.ts'
import type { Job } from '#jobs/job.ts'
import type { Installation } from './installation.ts'
import { systemCall } from './seed.ts'

export interface Reply {
  readonly status: number
  // What an answer holds is what a test looks at.
  readonly body: any
  readonly headers: Headers
}

export interface TestApp {
  readonly app: Router
  readonly jobs: readonly Job[]
  /** As alice, bob, carol, dave, erin, or `god` with every role; '' sends no token. */
  call(who: string, method: string, path: string, options?: CallOptions): Promise<Reply>
  /** Rounds of every job, a second apart, that often. */
  runJobs(rounds?: number): Promise<void>
}

export interface CallOptions {
  readonly body?: unknown
  readonly raw?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The whole service over one installation, as main wires it, without a socket. */
export async function createTestApp(
  installation: Installation,
  env: Readonly<Record<string, string>> = {},
): Promise<TestApp> {
  const { deps, simulator, clock } = installation
  const { app, jobs } = wire({
    // The circuit breaker keeps real time, tests do not: it closes as soon as it has opened.
    config: parseConfig({ ENGINE_CALL_TIMEOUT_MS: '500', ENGINE_PAUSE_MS: '1', ...env }),
    db: deps.db,
    log: silentLog,
    metrics: createMetrics(),
    secrets: deps.secrets,
    engineFetch: simulatorFetch(simulator),
    signal: new AbortController().signal,
    owner: newId('job'),
    isDraining: () => false,
    now: clock.now,
  })
  const tokens = new Map<string, string>()
  await addToken(installation, tokens, { name: 'dave', roles: ['viewer'] })
  await addToken(installation, tokens, { name: 'god', roles: [...ROLES] })
  for (const name of ['alice', 'bob', 'carol', 'erin'])
    await addToken(installation, tokens, { name, roles: null })
  const call: TestApp['call'] = async (who, method, path, { body, raw, headers = {} } = {}) => {
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const reply = await app.request(`/api/v1${path}`, {
      method,
      headers: {
        ...(who === '' ? {} : { authorization: `Bearer ${tokens.get(who) ?? who}` }),
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    })
    const answer = await reply.text()
    return {
      status: reply.status,
      body: /json/.test(reply.headers.get('content-type') ?? '') ? JSON.parse(answer) : answer,
      headers: reply.headers,
    }
  }
  const runJobs = async (rounds = 4): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      for (const job of jobs)
        await job.run({ signal: new AbortController().signal, log: silentLog, callFor: systemCall })
      clock.advance(1_000)
    }
  }
  return { app, jobs, call, runJobs }
}

async function addToken(
  { at, as, clock }: Installation,
  tokens: Map<string, string>,
  { name, roles }: { readonly name: string; readonly roles: readonly string[] | null },
): Promise<void> {
  const token = makeToken()
  const now = clock.now()
  const memberId = roles === null ? as(name).actor.id : newId('mem')
  if (roles !== null) {
    await at.q
      .insertInto('org_member')
      .values({
        org_id: at.orgId,
        member_id: memberId,
        name,
        display_name: name,
        roles: JSON.stringify(roles),
        im_ids: '{}',
        created_at: now,
        updated_at: now,
      })
      .execute()
  }
  await at.q
    .insertInto('api_token')
    .values({
      org_id: at.orgId,
      token_id: newId('tok'),
      member_id: memberId,
      name: 'test',
      token_hash: hashToken(token),
      scopes: JSON.stringify(SCOPES),
      created_by: memberId,
      created_at: now,
    })
    .execute()
  tokens.set(name, token)
}
