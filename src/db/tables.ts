import type { ColumnType, Insertable, Selectable, Updateable } from 'kysely'

/**
 * One interface a table, as the migrations make them. JSON columns are read and written as text
 * (MariaDB's JSON is LONGTEXT; the driver is set to answer text on MySQL too); times are UTC.
 */
type Optional<T> = ColumnType<T, T | undefined, T>
/** BOOLEAN is TINYINT(1): reads 0 or 1, takes a boolean. */
type Flag = ColumnType<number, boolean, boolean>

interface OrgTable {
  org_id: string
  name: string
  created_at: Date
}

interface OrgMemberTable {
  org_id: string
  member_id: string
  name: string
  display_name: string
  email: Optional<string | null>
  roles: string
  im_ids: string
  is_active: ColumnType<number, boolean | undefined, boolean>
  created_at: Date
  updated_at: Date
}

interface ApiTokenTable {
  org_id: string
  token_id: string
  member_id: string
  name: string
  token_hash: string
  scopes: string
  expires_at: Optional<Date | null>
  last_used_at: Optional<Date | null>
  revoked_at: Optional<Date | null>
  created_by: string
  created_at: Date
}

interface EngineClusterTable {
  org_id: string
  cluster_id: string
  name: string
  base_url: string
  ui_url: string
  engine_key: string
  token_box: string
  pinned_family: Optional<string | null>
  family: Optional<string | null>
  server_time_zone: string
  max_calls_per_second: Optional<number>
  max_concurrent_calls: Optional<number>
  probe: Optional<string | null>
  probed_at: Optional<Date | null>
  revision: number
  created_at: Date
  updated_at: Date
}

interface EngineEnvironmentTable {
  org_id: string
  environment_id: string
  name: string
  cluster_id: string
  engine_key: string
  project_code: string
  project_name: string
  stage_rank: number
  defaults: string
  overlay: string
  policy: string
  policy_version: number
  revision: number
  created_at: Date
  updated_at: Date
}

interface EnvironmentSyncTable {
  org_id: string
  environment_id: string
  as_of: Optional<Date | null>
  instances_since: Optional<Date | null>
  tasks_since: Optional<Date | null>
  swept_at: Optional<Date | null>
  last_error: Optional<string | null>
  last_error_at: Optional<Date | null>
  updated_at: Date
}

interface DataWorkflowTable {
  org_id: string
  workflow_id: string
  name: string
  owner: Optional<string | null>
  description: Optional<string>
  draft_json: string
  draft_revision: number
  draft_authors: string
  layout: string
  latest_version: Optional<number | null>
  created_by: string
  created_at: Date
  updated_at: Date
  deleted_at: Optional<Date | null>
}

interface DataWorkflowTagTable {
  org_id: string
  workflow_id: string
  tag: string
}

interface WorkflowVersionTable {
  org_id: string
  workflow_id: string
  version: number
  digest: string
  definition_json: string
  node_attrs: string
  author_id: string
  author_name: string
  authors: string
  note: string
  diff_summary: string
  rolled_back_from: Optional<number | null>
  created_at: Date
}

interface DataTaskTable {
  org_id: string
  workflow_id: string
  task_key: string
  version: number
  name: string
  type: string
  owner: string | null
  is_disabled: Flag
  is_last: Flag
  datasets_state: string
  node_attrs: string
}

interface WorkflowTaskRelationTable {
  org_id: string
  workflow_id: string
  to_key: string
  from_workflow_id: string
  from_key: string
  origin: string
}

interface TaskDatasetTable {
  org_id: string
  workflow_id: string
  task_key: string
  direction: string
  dataset_key: string
  dataset: string
  origin: string
}

interface WorkflowProjectionTable {
  org_id: string
  workflow_id: string
  version: number
  reader_revision: number
  is_complete: Flag
  /** Only searched. */
  task_text: ColumnType<never, Buffer | undefined, Buffer>
}

interface WorkflowDependencyDecisionTable {
  org_id: string
  workflow_id: string
  upstream_workflow_id: string
  dataset_key: string
  decision: string
  note: string
  decided_by: string
  decided_by_name: string
  decided_at: Date
}

interface WorkflowPublishRecordTable {
  org_id: string
  publication_id: string
  workflow_id: string
  environment_id: string
  operation: string
  version: Optional<number | null>
  options: string
  state: string
  active_key: Optional<string | null>
  plan_digest: string
  plan: string
  policy_version: number
  approvals_required: number
  barred: string
  requested_by: string
  requested_by_name: string
  note: string
  evidence: Optional<string | null>
  failure: Optional<string | null>
  lease_owner: Optional<string | null>
  lease_until: Optional<Date | null>
  next_attempt_at: Optional<Date | null>
  expires_at: Optional<Date | null>
  apply_deadline_at: Optional<Date | null>
  created_at: Date
  approved_at: Optional<Date | null>
  started_at: Optional<Date | null>
  ended_at: Optional<Date | null>
  updated_at: Date
}

interface WorkflowPublishStepTable {
  org_id: string
  publication_id: string
  step_no: number
  phase: string
  name: string
  state: string
  attempts: number
  intent: string
  result: Optional<string | null>
  error: Optional<string | null>
  started_at: Optional<Date | null>
  ended_at: Optional<Date | null>
}

interface WorkflowApprovalTable {
  org_id: string
  approval_id: string
  publication_id: string
  member_id: string
  member_name: string
  decision: string
  comment: string
  plan_digest: string
  decided_at: Date
}

interface WorkflowDeploymentTable {
  org_id: string
  deployment_id: string
  workflow_id: string
  environment_id: string
  state: string
  engine_code: Optional<string | null>
  task_codes: string
  version: Optional<number | null>
  digest: Optional<string | null>
  engine_version: Optional<number | null>
  live_digest: Optional<string | null>
  is_online: Flag
  online_since: Optional<Date | null>
  schedule_id: Optional<number | null>
  wanted_schedule: Optional<string | null>
  is_schedule_online: Flag
  live_json: Optional<string | null>
  live_schedule: Optional<string | null>
  bound_names: Optional<string | null>
  drift_state: Optional<string | null>
  drift_seen: Optional<string | null>
  drift_detail: Optional<string | null>
  drift_at: Optional<Date | null>
  as_of: Optional<Date | null>
  publication_id: Optional<string | null>
  created_at: Date
  updated_at: Date
}

interface EnvironmentDriftTable {
  org_id: string
  environment_id: string
  as_of: Optional<Date | null>
  swept_at: Optional<Date | null>
  unmanaged: Optional<string | null>
  unmanaged_count: Optional<number>
  last_error: Optional<string | null>
  updated_at: Date
}

interface WorkflowImportTable {
  org_id: string
  import_id: string
  environment_id: string
  state: string
  active_key: Optional<string | null>
  requested_by: string
  requested_by_name: string
  last_error: Optional<string | null>
  lease_owner: Optional<string | null>
  lease_until: Optional<Date | null>
  next_attempt_at: Optional<Date | null>
  created_at: Date
  updated_at: Date
  ended_at: Optional<Date | null>
}

interface WorkflowImportItemTable {
  org_id: string
  import_id: string
  item_no: number
  engine_code: string
  name: string
  workflow_id: string
  state: string
  is_chosen: ColumnType<number, boolean | undefined, boolean>
  group_no: Optional<number>
  base_version: Optional<number | null>
  live: Optional<string | null>
  task_codes: Optional<string | null>
  document: Optional<string | null>
  notes: Optional<string | null>
  error: Optional<string | null>
  updated_at: Date
}

interface WorkflowInstanceCacheTable {
  org_id: string
  run_id: string
  workflow_id: string
  environment_id: string
  engine_instance_id: Optional<number | null>
  engine_code: Optional<string | null>
  engine_version: Optional<number | null>
  version: Optional<number | null>
  state: string
  engine_state: Optional<string | null>
  is_final: Flag
  trigger_type: string
  job_run_id: Optional<string | null>
  attempt: number
  retry_of: Optional<string | null>
  requested_by: Optional<string | null>
  requested_by_name: Optional<string | null>
  params: string
  start_receipt: Optional<string | null>
  start_error: Optional<string | null>
  requested_at: Optional<Date | null>
  sent_at: Optional<Date | null>
  resolve_until: Optional<Date | null>
  next_attempt_at: Optional<Date | null>
  lease_owner: Optional<string | null>
  lease_until: Optional<Date | null>
  scheduled_for: Optional<Date | null>
  sort_at: Date
  started_at: Optional<Date | null>
  restarted_at: Optional<Date | null>
  ended_at: Optional<Date | null>
  duration_ms: Optional<number | null>
  host: Optional<string | null>
  name: Optional<string | null>
  as_of: Optional<Date | null>
  engine_gone_at: Optional<Date | null>
  created_at: Date
  updated_at: Date
}

interface RunAttemptTable {
  org_id: string
  run_id: string
  attempt: number
  workflow_id: string
  environment_id: string
  state: string
  started_at: Date
  ended_at: Optional<Date | null>
  seen_at: Date
  confirmed_at: Optional<Date | null>
  judged_at: Optional<Date | null>
}

interface TaskInstanceCacheTable {
  org_id: string
  node_run_id: string
  run_id: string
  environment_id: string
  engine_task_instance_id: number
  task_code: string
  task_key: Optional<string | null>
  name: string
  type: string
  state: string
  engine_state: string
  is_final: Flag
  retry_times: number
  submitted_at: Optional<Date | null>
  started_at: Optional<Date | null>
  ended_at: Optional<Date | null>
  host: Optional<string | null>
  outputs: string
  as_of: Date
}

interface InspectionRuleTable {
  org_id: string
  rule_id: string
  name: string
  kind: string
  params: string
  workflow_id: Optional<string | null>
  environment_id: Optional<string | null>
  severity: string
  is_enabled: Flag
  revision: number
  created_at: Date
  updated_at: Date
}

interface InspectionFindingTable {
  org_id: string
  finding_id: string
  rule_id: string
  fingerprint: string
  open_fingerprint: Optional<string | null>
  workflow_id: Optional<string | null>
  environment_id: Optional<string | null>
  state: string
  severity: string
  title: string
  facts: string
  seen_count: number
  first_seen_at: Date
  last_seen_at: Date
  resolved_at: Optional<Date | null>
}

interface AlertTable {
  org_id: string
  alert_id: string
  dedup_key: string
  kind: string
  severity: string
  state: string
  finding_id: Optional<string | null>
  publication_id: Optional<string | null>
  run_id: Optional<string | null>
  workflow_id: Optional<string | null>
  environment_id: Optional<string | null>
  title: string
  facts: string
  message: Optional<string | null>
  prepare_after: Optional<Date | null>
  prepare_attempts: number
  created_at: Date
  resolved_at: Optional<Date | null>
}

interface AlertChannelTable {
  org_id: string
  channel_id: string
  name: string
  kind: string
  target_box: string
  target_hint: string
  is_enabled: Flag
  disabled_reason: Optional<string | null>
  revision: number
  created_at: Date
  updated_at: Date
}

interface AlertRouteTable {
  org_id: string
  route_id: string
  channel_id: string
  environment_id: Optional<string | null>
  kind: Optional<string | null>
  min_severity: string
  send_resolved: Flag
  created_at: Date
}

interface AlertDeliveryTable {
  org_id: string
  delivery_id: string
  alert_id: string
  channel_id: string
  event: string
  state: string
  attempts: number
  next_attempt_at: Optional<Date | null>
  lease_owner: Optional<string | null>
  lease_until: Optional<Date | null>
  last_error: Optional<string | null>
  created_at: Date
  sent_at: Optional<Date | null>
}

interface AuditEventTable {
  org_id: string
  audit_id: string
  at: Date
  actor_kind: string
  actor_id: string
  actor_name: string
  token_id: Optional<string | null>
  ip: Optional<string | null>
  request_id: string
  action: string
  subject_type: string
  subject_id: string
  before_json: Optional<string | null>
  after_json: Optional<string | null>
}

interface IdempotencyKeyTable {
  org_id: string
  member_id: string
  idempotency_key: string
  operation: string
  request_hash: string
  status: Optional<number | null>
  response: Optional<string | null>
  created_at: Date
}

interface JobLeaseTable {
  name: string
  owner: string
  lease_until: Date
}

export interface Database {
  org: OrgTable
  org_member: OrgMemberTable
  api_token: ApiTokenTable
  engine_cluster: EngineClusterTable
  engine_environment: EngineEnvironmentTable
  environment_sync: EnvironmentSyncTable
  data_workflow: DataWorkflowTable
  data_workflow_tag: DataWorkflowTagTable
  workflow_version: WorkflowVersionTable
  data_task: DataTaskTable
  workflow_task_relation: WorkflowTaskRelationTable
  task_dataset: TaskDatasetTable
  workflow_projection: WorkflowProjectionTable
  workflow_dependency_decision: WorkflowDependencyDecisionTable
  workflow_publish_record: WorkflowPublishRecordTable
  workflow_publish_step: WorkflowPublishStepTable
  workflow_approval: WorkflowApprovalTable
  workflow_deployment: WorkflowDeploymentTable
  environment_drift: EnvironmentDriftTable
  workflow_import: WorkflowImportTable
  workflow_import_item: WorkflowImportItemTable
  workflow_instance_cache: WorkflowInstanceCacheTable
  run_attempt: RunAttemptTable
  task_instance_cache: TaskInstanceCacheTable
  inspection_rule: InspectionRuleTable
  inspection_finding: InspectionFindingTable
  alert: AlertTable
  alert_channel: AlertChannelTable
  alert_route: AlertRouteTable
  alert_delivery: AlertDeliveryTable
  audit_event: AuditEventTable
  idempotency_key: IdempotencyKeyTable
  job_lease: JobLeaseTable
}

export type Row<T extends keyof Database> = Selectable<Database[T]>
export type NewRow<T extends keyof Database> = Insertable<Database[T]>
export type RowPatch<T extends keyof Database> = Updateable<Database[T]>
