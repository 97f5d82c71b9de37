import { sql, type RawBuilder } from 'kysely'
import type { Db } from '#src/db/database.ts'
import { WorkflowDocument } from '#src/definition/document.ts'
import { addVersion, type Installation } from './installation.ts'

export interface FillOptions {
  readonly workflows: number
  readonly tasksEach: number
  readonly runs: number
}

export const idOf = (n: number): string => `w${String(n).padStart(6, '0')}`
/** The workflow, type, owner, tag, drift and words that are one in five hundred. */
export const RARE = 'rare'
const ID = sql`CONCAT('w', LPAD(n, 6, '0'))`
const BEFORE = sql`CONCAT('w', LPAD(n - 1, 6, '0'))`
/** Ids do not follow the time. */
const TIME = sql`TIMESTAMPADD(SECOND, n * 7919 % 1000003, '2026-01-01')`
const IS_RARE = sql`n % 500 = 7`
const SUBJECT = sql`ELT(n % 5 + 1, 'Daily orders', '每日订单汇总', 'Finance ledger', '风控用户画像', 'Überfällige Rechnungen')`

/**
 * An organization of that size: the first workflow comes through the use-cases, the others are
 * copies of its rows that the server itself makes. Every hundredth is a draft only.
 */
export async function fillLists(installation: Installation, options: FillOptions): Promise<void> {
  await addVersion(installation, firstDocument(options.tasksEach))
  await installation.at.q.connection().execute((q) => copyRows(q, installation, options))
}

async function copyRows(
  q: Db,
  { at: { orgId }, environmentId }: Installation,
  options: FillOptions,
): Promise<void> {
  const run = (statement: RawBuilder<unknown>) => statement.execute(q)
  await run(sql`SET SESSION group_concat_max_len = 1000000`)
  await run(sql`CREATE TABLE IF NOT EXISTS fill_number (n INT PRIMARY KEY)`)
  const most = Math.max(options.workflows, options.runs)
  for (let from = 0; from < most; from += 10_000) {
    const rows = Array.from({ length: Math.min(10_000, most - from) }, (_, n) => `(${from + n})`)
    await run(sql`INSERT INTO fill_number VALUES ${sql.raw(rows.join(','))}`)
  }
  const workflows = sql`fill_number WHERE n BETWEEN 1 AND ${options.workflows - 1}`
  const own = sql`org_id = ${orgId} AND workflow_id = ${idOf(0)}`
  await run(sql`
    INSERT INTO data_workflow (org_id, workflow_id, name, owner, description, draft_json, draft_revision, draft_authors, layout, latest_version, created_by, created_at, updated_at)
    SELECT org_id, ${ID}, CONCAT(${SUBJECT}, ' ', n, IF(${IS_RARE}, ' ${sql.raw(RARE)}', '')),
      IF(${IS_RARE}, ${RARE}, CONCAT('owner', n % 40)), CONCAT('of team ', n % 40, ', every night'),
      draft_json, 1, draft_authors, layout, IF(n % 100 = 99, NULL, 1), created_by, ${TIME}, ${TIME}
    FROM data_workflow, ${workflows} AND ${own}`)
  await run(sql`
    INSERT INTO data_workflow_tag
    SELECT ${orgId}, ${ID}, CONCAT('team', n % 40) FROM ${workflows}
    UNION ALL SELECT ${orgId}, ${ID}, 'nightly' FROM ${workflows}
    UNION ALL SELECT ${orgId}, ${ID}, ${RARE} FROM ${workflows} AND ${IS_RARE}`)
  const versioned = sql`${workflows} AND n % 100 <> 99`
  await run(sql`
    INSERT INTO workflow_version
    SELECT org_id, ${ID}, version, digest, definition_json, node_attrs, author_id, author_name, authors, note, diff_summary, rolled_back_from, created_at
    FROM workflow_version, ${versioned} AND ${own}`)
  await run(sql`
    INSERT INTO data_task (org_id, workflow_id, task_key, version, name, type, owner, is_disabled, is_last, datasets_state, node_attrs)
    SELECT org_id, ${ID}, task_key, version, CONCAT(${SUBJECT}, ' ', name, ' ', n, IF(${IS_RARE} AND task_key = 't3', ' ${sql.raw(RARE)}', '')),
      IF(${IS_RARE} AND task_key = 't3', ${RARE}, type), IF(${IS_RARE}, ${RARE}, CONCAT('owner', n % 40)),
      is_disabled, is_last, datasets_state, node_attrs
    FROM data_task, ${versioned} AND ${own}`)
  await run(sql`
    INSERT INTO workflow_projection (org_id, workflow_id, version, reader_revision, is_complete, task_text)
    SELECT p.org_id, t.workflow_id, p.version, p.reader_revision, p.is_complete, GROUP_CONCAT(t.search_text SEPARATOR '\n')
    FROM workflow_projection p JOIN data_task t ON t.org_id = p.org_id
    WHERE p.org_id = ${orgId} AND p.workflow_id = ${idOf(0)} AND t.workflow_id <> ${idOf(0)}
    GROUP BY p.org_id, t.workflow_id, p.version, p.reader_revision, p.is_complete`)
  await run(sql`
    INSERT INTO workflow_task_relation
    SELECT org_id, ${ID}, to_key, ${ID}, from_key, origin
    FROM workflow_task_relation, ${versioned} AND ${own}`)
  await run(sql`
    INSERT INTO task_dataset
    SELECT ${orgId}, ${ID}, 't0', 'read', SHA2(CONCAT('dwd.', ${BEFORE}), 256), CONCAT('dwd.', ${BEFORE}), 'declared' FROM ${versioned}
    UNION ALL SELECT ${orgId}, ${ID}, 't1', 'read', SHA2('ods.events', 256), 'ods.events', 'declared' FROM ${versioned}
    UNION ALL SELECT ${orgId}, ${ID}, 't2', 'write', SHA2(CONCAT('dwd.', ${ID}), 256), CONCAT('dwd.', ${ID}), 'declared' FROM ${versioned}`)
  await run(sql`
    INSERT INTO engine_environment (org_id, environment_id, name, cluster_id, engine_key, project_code, project_name, stage_rank, defaults, overlay, policy, policy_version, revision, created_at, updated_at)
    SELECT org_id, 'env_second', 'second', cluster_id, engine_key, CONCAT(project_code, '0'), 'second', 2, defaults, overlay, policy, policy_version, revision, created_at, updated_at
    FROM engine_environment WHERE org_id = ${orgId}`)
  for (const [environment, percent] of [
    [environmentId, 80],
    ['env_second', 50],
  ] as const) {
    const deployed = sql`${versioned} AND n % 100 < ${percent}`
    await run(sql`
      INSERT INTO workflow_deployment (org_id, deployment_id, workflow_id, environment_id, state, engine_code, task_codes, version, is_online, is_schedule_online, live_json, drift_state, drift_at, created_at, updated_at)
      SELECT org_id, CONCAT('dep_', ${percent}, '_', LPAD(n * 7919 % 1000003, 7, '0')), ${ID}, ${environment}, 'deployed', n + 1, '{}', 1, n % 20 <> 0, 0, definition_json,
        IF(${IS_RARE}, 'drifted', IF(n % 1000 = 1, 'missing', IF(n % 50 = 2, NULL, 'in_sync'))), ${TIME}, ${TIME}, ${TIME}
      FROM workflow_version, ${deployed} AND ${own}`)
    await run(sql`
      INSERT INTO workflow_publish_record (org_id, publication_id, workflow_id, environment_id, operation, version, options, state, plan_digest, plan, policy_version, approvals_required, barred, requested_by, requested_by_name, note, evidence, created_at, updated_at)
      SELECT org_id, CONCAT('pub_', ${percent}, '_', LPAD(n * 7919 % 1000003, 7, '0')), ${ID}, ${environment}, 'deploy', 1, '{}',
        IF(${IS_RARE}, 'failed', IF(n % 1000 = 1, 'pending_approval', 'succeeded')), digest, definition_json, 1, 0, '[]', 'm', 'alice', '', definition_json, ${TIME}, ${TIME}
      FROM workflow_version, ${deployed} AND ${own}`)
  }
  await run(sql`
    INSERT INTO workflow_instance_cache (org_id, run_id, workflow_id, environment_id, engine_instance_id, version, state, is_final, trigger_type, attempt, params, sort_at, started_at, created_at, updated_at)
    SELECT ${orgId}, CONCAT('run_', LPAD(n, 8, '0')), CONCAT('w', LPAD(n * 7919 % ${options.workflows}, 6, '0')), IF(n % 3 = 0, 'env_second', ${environmentId}), n + 1, 1,
      IF(n % 30 = 0, 'failure', 'success'), 1, IF(${IS_RARE}, 'backfill', 'schedule'), 1, '{}', ${TIME}, ${TIME}, ${TIME}, ${TIME}
    FROM fill_number WHERE n < ${options.runs}`)
  for (const table of TABLES) await run(sql`ANALYZE TABLE ${sql.table(table)}`)
}

const TABLES = [
  'data_workflow',
  'data_workflow_tag',
  'workflow_projection',
  'data_task',
  'workflow_task_relation',
  'task_dataset',
  'workflow_deployment',
  'workflow_publish_record',
  'workflow_instance_cache',
]

function firstDocument(tasks: number): WorkflowDocument {
  const types = ['shell', 'python']
  return WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: idOf(0),
    name: 'First',
    tasks: Array.from({ length: tasks }, (_, n) => ({
      key: `t${n}`,
      name: `${['extract', '清洗数据', 'load warehouse', 'check'][n % 4]} ${n}`,
      type: types[n % 2],
      script: 'echo this is a script of some length that a task may well have',
      needs: n === 0 ? [] : [`t${n - 1}`],
    })),
  })
}
