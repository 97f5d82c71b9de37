import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { createApiClient, type ApiClient } from './api-client.ts'

export const PEOPLE = ['author', 'approver', 'operator', 'viewer', 'admin'] as const
export type Person = (typeof PEOPLE)[number]

/** Each role is somebody, so that messages name people. */
const NAMES: Readonly<Record<Person, string>> = {
  author: 'alice',
  approver: 'bob',
  operator: 'carol',
  viewer: 'dave',
  admin: 'erin',
}

export interface EngineAccess {
  readonly url: string
  readonly uiUrl: string
  readonly token: string
  readonly tenant: string
}

export interface Installation {
  readonly tokens: Readonly<Record<Person, string>>
  readonly as: Readonly<Record<Person, ApiClient>>
  readonly environments: readonly {
    readonly environment_id: string
    readonly name: string
    readonly project_code: string
  }[]
}

const Member = z.object({ member_id: z.string() })
const Token = z.object({ token: z.string() })
const Cluster = z.object({ cluster_id: z.string() })
const Environment = z.object({
  environment_id: z.string(),
  name: z.string(),
  project_code: z.string(),
})
const Channel = z.object({ channel_id: z.string() })

/** One organization as an admin sets it up over HTTP: people, engine, dev and prod, alerts. */
export async function setUp(input: {
  readonly serviceUrl: string
  readonly adminToken: string
  readonly engine: EngineAccess
  readonly inboxUrl: string
  readonly suffix: string
}): Promise<Installation> {
  const admin = createApiClient(input.serviceUrl, input.adminToken)
  const tokens: Record<string, string> = {}
  for (const person of PEOPLE) {
    const body = {
      name: NAMES[person],
      display_name: NAMES[person],
      roles: [person],
      im_ids: { feishu: `ou_${NAMES[person]}` },
    }
    const { member_id } = await admin.post('/members', body, Member)
    tokens[person] = (
      await admin.post('/api-tokens', { name: 'demo', member_id, expires_in_days: 30 }, Token)
    ).token
  }
  const { cluster_id } = await admin.post(
    '/clusters',
    {
      name: 'main',
      base_url: input.engine.url,
      ui_url: input.engine.uiUrl,
      token: input.engine.token,
    },
    Cluster,
  )
  await admin.post(`/clusters/${cluster_id}:probe`, undefined, z.unknown())
  const environments = []
  for (const [stage_rank, name] of ['dev', 'prod'].entries()) {
    const body = {
      name,
      cluster_id,
      project_name: `slipway-demo-${name}${input.suffix}`,
      create_project: true,
      stage_rank,
      defaults: { tenant: input.engine.tenant },
      policy: { approvals_required: name === 'prod' ? 1 : 0 },
    }
    environments.push(await admin.post('/environments', body, Environment))
  }
  const secret = `whsec_${randomBytes(24).toString('base64')}`
  const { channel_id } = await admin.post(
    '/alert-channels',
    { name: 'on-call', kind: 'feishu', target: { url: `${input.inboxUrl}/hook`, secret } },
    Channel,
  )
  await admin.post('/alert-routes', { channel_id }, z.unknown())
  const clientOf = (person: Person): ApiClient =>
    createApiClient(input.serviceUrl, tokens[person] ?? '')
  return {
    tokens: {
      author: tokens['author'] ?? '',
      approver: tokens['approver'] ?? '',
      operator: tokens['operator'] ?? '',
      viewer: tokens['viewer'] ?? '',
      admin: tokens['admin'] ?? '',
    },
    as: {
      author: clientOf('author'),
      approver: clientOf('approver'),
      operator: clientOf('operator'),
      viewer: clientOf('viewer'),
      admin: clientOf('admin'),
    },
    environments,
  }
}
