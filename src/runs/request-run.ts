import { recordAudit } from '../audit/record-audit.ts'
import { forOrg, type Db, type OrgReader, type OrgTx } from '../db/database.ts'
import { findReplay, idempotently } from '../db/idempotent.ts'
import { writeJson } from '../db/json-column.ts'
import { isDuplicate } from '../db/mysql-errors.ts'
import type { WorkflowDocument } from '../definition/document.ts'
import { checkRunParams } from '../definition/params.ts'
import { readEnvironmentRow } from '../environments/assert-environment.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import type { JsonObject } from '../lib/json.ts'
import type { Clock } from '../lib/time.ts'
import { assertWorkflow } from '../workflows/assert-workflow.ts'
import { readVersion } from '../workflows/read-version.ts'
import { closeUnresolved } from './close-unresolved.ts'
import { listPlaces, type Place } from './place-store.ts'
import { wrongState } from './run.ts'
import { getRun, insertRun, lockRun, type RunRow } from './run-store.ts'

export interface RequestRunDeps {
  readonly db: Db
  readonly now: Clock
}

export interface RequestRunInput {
  readonly workflowId: string
  /** Id or name; missing: the only one where it is deployed. */
  readonly environment: string | undefined
  readonly params: JsonObject
  readonly jobRunId: string | undefined
  readonly idempotencyKey: string | undefined
  /** The run that a person starts anew. */
  readonly retryOf?: string
}

/** A row from the first moment, before the engine hears of it. Answers its id. */
export async function requestRun(
  deps: RequestRunDeps,
  call: Call,
  input: RequestRunInput,
): Promise<string> {
  const db = forOrg(deps.db, call.orgId)
  const at = deps.now()
  const request = {
    workflow_id: input.workflowId,
    environment: input.environment ?? null,
    params: input.params,
    job_run_id: input.jobRunId ?? null,
    retry_of: input.retryOf ?? null,
  }
  const idempotent = { operation: 'startRun', key: input.idempotencyKey, request, at }
  const replayed = await findReplay(db, call, idempotent)
  if (replayed !== null) return replayed
  if (input.retryOf !== undefined) assertRetryable(await getRun(db, input.retryOf))
  await assertWorkflow(db, input.workflowId)
  const place = await placeFor(db, input)
  const values = await checkedParams(db, place, input)
  const { value } = await idempotently(db, call, idempotent, (tx) =>
    insertRequested(tx, call, { input, place, values, at }),
  )
  return value
}

interface Requested {
  readonly input: RequestRunInput
  readonly place: Place
  readonly values: Readonly<Record<string, string>>
  readonly at: Date
}

async function insertRequested(
  tx: OrgTx,
  call: Call,
  { input, place, values, at }: Requested,
): Promise<string> {
  const runId = newId('run')
  if (input.retryOf !== undefined)
    await makeWay(tx, call, { runId: input.retryOf, retriedAs: runId, at })
  try {
    await insertRun(tx, {
      run_id: runId,
      workflow_id: place.workflow_id,
      environment_id: place.environment_id,
      engine_code: place.engine_code,
      version: place.version,
      state: 'requested',
      is_final: false,
      trigger_type: input.retryOf === undefined ? 'manual' : 'retry',
      job_run_id: input.jobRunId ?? null,
      attempt: 1,
      retry_of: input.retryOf ?? null,
      requested_by: call.actor.id,
      requested_by_name: call.actor.name,
      params: writeJson(values),
      requested_at: at,
      next_attempt_at: at,
      sort_at: at,
      created_at: at,
      updated_at: at,
    })
  } catch (error) {
    if (!isDuplicate(error, 'workflow_instance_cache_job_run')) throw error
    throw new AppError(
      'conflict',
      'run.exists',
      `a run with job_run_id "${input.jobRunId}" exists`,
      { cause: error },
    )
  }
  const after = {
    workflow_id: place.workflow_id,
    environment_id: place.environment_id,
    params: values,
    job_run_id: input.jobRunId ?? null,
    retry_of: input.retryOf ?? null,
  }
  await recordAudit(tx, call, {
    action: 'run.start',
    subjectType: 'run',
    subjectId: runId,
    after,
    at,
  })
  return runId
}

/** What is retried is over: it ended, or it is given up here; found meanwhile, it goes on. */
async function makeWay(
  tx: OrgTx,
  call: Call,
  {
    runId,
    retriedAs,
    at,
  }: { readonly runId: string; readonly retriedAs: string; readonly at: Date },
): Promise<void> {
  const run = await lockRun(tx, runId)
  assertRetryable(run)
  if (run.state === 'unresolved') await closeUnresolved(tx, call, { run, retriedAs, at })
}

function assertRetryable({ state, is_final: isFinal }: RunRow): void {
  if (!isFinal && state !== 'unresolved') throw wrongState(state)
}

async function placeFor(at: OrgReader, input: RequestRunInput): Promise<Place> {
  const places = await listPlaces(at, input.workflowId)
  const place = await pickPlace(at, places, input)
  if (!place.is_online)
    throw new AppError('conflict', 'run.not_online', `${input.workflowId} is not online there`)
  return place
}

async function pickPlace(
  at: OrgReader,
  places: readonly Place[],
  { environment, workflowId }: RequestRunInput,
): Promise<Place> {
  if (environment !== undefined) {
    const { environmentId } = await readEnvironmentRow(at, environment)
    const place = places.find((entry) => entry.environment_id === environmentId)
    if (!place)
      throw new AppError(
        'conflict',
        'run.not_online',
        `${workflowId} is not deployed in ${environment}`,
      )
    return place
  }
  const [only, ...others] = places
  if (only && others.length === 0) return only
  const names = await Promise.all(
    places.map(async (entry) => (await readEnvironmentRow(at, entry.environment_id)).name),
  )
  const message =
    names.length === 0
      ? `${workflowId} is deployed nowhere`
      : `say which environment: ${names.join(', ')}`
  throw new AppError('invalid', 'environment.required', message, {
    issues: [{ pointer: '/environment', code: 'environment.required', message }],
  })
}

async function checkedParams(
  at: OrgReader,
  place: Place,
  input: RequestRunInput,
): Promise<Readonly<Record<string, string>>> {
  const { document } = await readVersion(at, place.workflow_id, place.version ?? 0)
  const given = input.retryOf === undefined ? input.params : valuesOfText(document, input.params)
  const checked = checkRunParams(document, given)
  if (checked.ok) return checked.values
  throw new AppError(
    'invalid',
    'request.invalid',
    'the parameters do not fit the deployed version',
    { issues: checked.issues },
  )
}

/** What an earlier run was given is stored as text, as the engine takes it. */
function valuesOfText(document: WorkflowDocument, given: JsonObject): JsonObject {
  const { properties } = document.start.params
  return Object.fromEntries(
    Object.entries(given).map(([name, text]) => {
      const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined
      if (type === 'integer' || type === 'number') return [name, Number(text)]
      if (type === 'boolean')
        return [name, text === 'true' ? true : text === 'false' ? false : text]
      return [name, text]
    }),
  )
}
