import type { Db, OrgDb } from '#src/db/database.ts'
import { forOrg } from '#src/db/database.ts'
import type { Call } from '#src/lib/call.ts'
import { newId } from '#src/lib/ids.ts'
import { silentLog } from '#src/lib/log.ts'

const AT = new Date('2026-01-01T00:00:00.000Z')

export interface SeededPlace {
  readonly at: OrgDb
  readonly call: Call
  readonly workflowId: string
  readonly environmentId: string
}

/** Rows only, for tests of one feature: an organization, a workflow of alice, an environment. */
export async function seedPlace(db: Db): Promise<SeededPlace> {
  const orgId = newId('org')
  const [clusterId, environmentId] = [newId('clu'), newId('env')]
  await db.insertInto('org').values({ org_id: orgId, name: orgId, created_at: AT }).execute()
  await db
    .insertInto('org_member')
    .values({
      org_id: orgId,
      member_id: newId('mem'),
      name: 'alice',
      display_name: 'Alice',
      roles: '["author"]',
      im_ids: '{"feishu":"ou_alice"}',
      created_at: AT,
      updated_at: AT,
    })
    .execute()
  const common = { org_id: orgId, created_at: AT, updated_at: AT, revision: 1 }
  await db
    .insertInto('engine_cluster')
    .values({
      ...common,
      cluster_id: clusterId,
      name: 'main',
      base_url: 'http://engine/dolphinscheduler',
      ui_url: 'http://engine/dolphinscheduler/ui',
      engine_key: orgId.padEnd(64, '0').slice(0, 64),
      token_box: 'x',
      server_time_zone: 'UTC',
    })
    .execute()
  await db
    .insertInto('engine_environment')
    .values({
      ...common,
      environment_id: environmentId,
      name: 'prod',
      cluster_id: clusterId,
      engine_key: orgId.padEnd(64, '0').slice(0, 64),
      project_code: '1',
      project_name: orgId,
      stage_rank: 1,
      defaults: '{}',
      overlay: '{}',
      policy: '{}',
      policy_version: 1,
    })
    .execute()
  const workflowId = 'daily_orders'
  await db
    .insertInto('data_workflow')
    .values({
      org_id: orgId,
      workflow_id: workflowId,
      name: 'Daily orders',
      owner: 'alice',
      draft_json: '{}',
      draft_revision: 1,
      draft_authors: '[]',
      layout: '{}',
      created_by: 'm',
      created_at: AT,
      updated_at: AT,
    })
    .execute()
  return { at: forOrg(db, orgId), call: systemCall(orgId), workflowId, environmentId }
}

export function systemCall(orgId: string): Call {
  return {
    orgId,
    actor: {
      kind: 'system',
      id: 'test',
      name: 'test',
      roles: [],
      tokenId: null,
      tokenCreatedBy: null,
      ip: null,
    },
    requestId: newId('req'),
    signal: new AbortController().signal,
    log: silentLog,
  }
}

/** A confirmed final attempt of a run of its own, `minute` minutes after midnight. */
export async function seedAttempt(
  place: SeededPlace,
  state: 'success' | 'failure' | 'stopped',
  minute: number,
): Promise<string> {
  const runId = newId('run')
  const startedAt = new Date(AT.getTime() + minute * 60_000)
  const key = {
    org_id: place.at.orgId,
    run_id: runId,
    workflow_id: place.workflowId,
    environment_id: place.environmentId,
    attempt: 1,
    state,
  }
  await place.at.q
    .insertInto('workflow_instance_cache')
    .values({
      ...key,
      is_final: true,
      trigger_type: 'manual',
      params: '{}',
      sort_at: startedAt,
      started_at: startedAt,
      created_at: startedAt,
      updated_at: startedAt,
    })
    .execute()
  await place.at.q
    .insertInto('run_attempt')
    .values({
      ...key,
      started_at: startedAt,
      ended_at: startedAt,
      seen_at: startedAt,
      confirmed_at: startedAt,
    })
    .execute()
  return runId
}
