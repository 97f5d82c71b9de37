import { sql, type Kysely } from 'kysely'

/**
 * Every dependency between tasks, for whoever asks the database: what was declared, and what follows
 * from one task writing what another reads. Deleted workflows are not in it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE OR REPLACE VIEW task_dependency_view AS
    SELECT r.org_id, r.from_workflow_id, r.from_key AS from_task_key,
      r.workflow_id AS to_workflow_id, r.to_key AS to_task_key, r.origin, NULL AS dataset
    FROM workflow_task_relation r
    JOIN data_workflow t ON t.org_id = r.org_id AND t.workflow_id = r.workflow_id AND t.deleted_at IS NULL
    JOIN data_workflow f ON f.org_id = r.org_id AND f.workflow_id = r.from_workflow_id AND f.deleted_at IS NULL
    UNION ALL
    SELECT o.org_id, o.workflow_id, o.task_key, i.workflow_id, i.task_key, 'inferred', o.dataset
    FROM task_dataset o
    JOIN task_dataset i ON i.org_id = o.org_id AND i.dataset_key = o.dataset_key AND i.direction = 'read'
      AND NOT (i.workflow_id = o.workflow_id AND i.task_key = o.task_key)
    JOIN data_workflow t ON t.org_id = i.org_id AND t.workflow_id = i.workflow_id AND t.deleted_at IS NULL
    JOIN data_workflow f ON f.org_id = o.org_id AND f.workflow_id = o.workflow_id AND f.deleted_at IS NULL
    WHERE o.direction = 'write'
  `.execute(db)
}
