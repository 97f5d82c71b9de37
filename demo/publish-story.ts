import { z } from 'zod'
import { until, type ApiClient } from './api-client.ts'
import type { Say } from './say.ts'
import type { Installation } from './set-up.ts'
import { dailyOrders, LOAD_V1, LOAD_V2 } from './workflow.ts'

const Version = z.object({ version: z.number(), digest: z.string() })
const Plan = z.object({
  plan_digest: z.string(),
  changes_text: z.string(),
  approvals_required: z.number(),
})
const Publication = z.object({ publication_id: z.string(), state: z.string() })
const Ended = Publication.extend({ failure: z.unknown() })
const Evidence = z.object({
  evidence: z.object({
    matches: z.literal(true),
    is_online: z.literal(true),
    engine_code: z.string(),
    engine_version: z.int(),
    live_digest: z.string(),
    schedule: z.object({ is_online: z.literal(true), cron: z.string(), timezone: z.string() }),
  }),
})
const ENDED = new Set(['succeeded', 'failed', 'compensated', 'stuck', 'stale', 'expired'])

export const WORKFLOW = '/workflows/daily_orders'

/** Create, version, diff; publish to dev without approval. */
export async function authorStory(say: Say, { as }: Installation): Promise<void> {
  await as.author.post('/workflows', dailyOrders(LOAD_V1), z.unknown())
  const first = await as.author.post(`${WORKFLOW}/versions`, { note: 'first version' }, Version)
  say.step(
    `alice created the workflow daily_orders and made v${first.version} of it (digest ${first.digest.slice(0, 12)})`,
  )
  await saveDraft(as.author, LOAD_V2)
  const second = await as.author.post(
    `${WORKFLOW}/versions`,
    { note: 'checks before loading' },
    Version,
  )
  const diff = await as.author.send('GET', `${WORKFLOW}/diff?from=v1&to=v2`)
  say.step(`alice changed a task and made v${second.version}; what changed:`)
  say.detail(z.object({ text: z.string() }).parse(diff.body).text)
  const id = await request(
    as.author,
    { environment: 'dev', operation: 'deploy', version: 2, online: true },
    'try it in dev',
  )
  await ended(as.author, id)
  say.step('alice published v2 to dev, where no approval is needed: deployed, online, read back')
}

export async function saveDraft(author: ApiClient, load: string): Promise<void> {
  const { etag } = await author.send('GET', WORKFLOW)
  const saved = await author.send('PUT', WORKFLOW, {
    body: dailyOrders(load),
    headers: { 'if-match': etag ?? '' },
  })
  if (saved.status !== 200)
    throw new Error(`the draft was not saved: ${JSON.stringify(saved.body)}`)
}

interface PublishBody {
  readonly environment: string
  readonly operation: string
  readonly version?: number
  readonly online?: boolean
}

async function request(author: ApiClient, body: PublishBody, note: string): Promise<string> {
  const plan = await author.post(`${WORKFLOW}/publications:plan`, body, Plan)
  const created = await author.post(
    `${WORKFLOW}/publications`,
    { ...body, plan_digest: plan.plan_digest, note },
    Publication,
  )
  return created.publication_id
}

async function ended(client: ApiClient, id: string): Promise<void> {
  const publication = await until(`the publication ${id} to end`, async () => {
    const now = await client.get(`/publications/${id}`, Ended)
    return ENDED.has(now.state) ? now : null
  })
  if (publication.state !== 'succeeded')
    throw new Error(
      `the publication ended ${publication.state}: ${JSON.stringify(publication.failure)}`,
    )
}

/** Request, refused to its own author, approved by another person, applied, proved. */
export async function approvedPublish(
  say: Say,
  { as }: Installation,
  { version, note }: { readonly version: number; readonly note: string },
): Promise<void> {
  const id = await request(
    as.author,
    { environment: 'prod', operation: 'deploy', version, online: true },
    note,
  )
  say.step(`alice asked to publish v${version} to prod ("${note}"): one approval is needed`)
  const own = await as.author.send('POST', `/publications/${id}:approve`, {
    body: { comment: 'mine' },
  })
  if (own.status !== 403) throw new Error(`the author's own approval answered ${own.status}`)
  say.step('alice tried to approve it herself and was refused')
  await as.approver.post(`/publications/${id}:approve`, { comment: 'looks right' }, z.unknown())
  say.step('bob read the plan and approved')
  await ended(as.approver, id)
  const { evidence } = await as.approver.get(`/publications/${id}/evidence`, Evidence)
  say.step('deployed to DolphinScheduler, brought online, and proved by reading the engine back:')
  const { engine_code: code, engine_version: engineVersion, schedule } = evidence
  say.detail(`definition ${code}, version ${engineVersion} on the engine, equals the plan`)
  say.detail(`live digest ${evidence.live_digest}`)
  say.detail(`online, schedule ${schedule.cron} ${schedule.timezone} online`)
}
