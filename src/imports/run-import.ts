import { forOrg, inTx, type Db, type OrgDb } from '../db/database.ts'
import { writeJson } from '../db/json-column.ts'
import { databaseNow } from '../db/now.ts'
import { connectEnvironment, type ConnectDeps } from '../environments/connect-environment.ts'
import type { Call } from '../lib/call.ts'
import { publicMessage } from '../lib/errors.ts'
import { addMs, type Clock } from '../lib/time.ts'
import { adoptItems } from './adopt-items.ts'
import { holdImport, ImportLost } from './hold-import.ts'
import type { ImportState } from './import.ts'
import { getImport, lockImport, takeImport, updateImport, type ImportRow } from './import-store.ts'
import { listDefinitions } from './list-definitions.ts'
import { nameItems } from './name-items.ts'
import { readItems } from './read-items.ts'

export interface ImportDeps extends ConnectDeps {
  readonly db: Db
  readonly now: Clock
  readonly owner: string
  readonly callDeadlineMs: number
}

export interface ImportStep {
  readonly db: OrgDb
  readonly row: ImportRow
  readonly connected: Awaited<ReturnType<typeof connectEnvironment>>
  readonly options: { readonly signal: AbortSignal; readonly deadlineMs: number }
}

const LEASE_MS = 30_000
const RETRY_MS = 5_000

/**
 * Takes one import as far as it goes without a person, in slices: each is on record before the
 * next, so a process that dies repeats one slice at most, and repeating one changes nothing.
 */
export async function runImport(deps: ImportDeps, call: Call, importId: string): Promise<void> {
  const db = forOrg(deps.db, call.orgId)
  try {
    for (;;) {
      const isHeld = await inTx(db, (tx) =>
        takeImport(tx, importId, { owner: deps.owner, ms: LEASE_MS }),
      )
      if (!isHeld) return
      const row = await getImport(db, importId)
      await inTx(db, (tx) => move(tx, deps, { row, to: null }))
      const next = await slice(deps, call, { db, row })
      if (next !== null) await inTx(db, (tx) => move(tx, deps, { row, to: next }))
    }
  } catch (error) {
    if (call.signal.aborted || error instanceof ImportLost) return
    await putOff(deps, call, { db, importId, error })
  }
}

type Slice = (deps: ImportDeps, call: Call, step: ImportStep) => Promise<boolean>

/** What each state does, and what follows once there is none of it left. */
const SLICES: Readonly<
  Partial<Record<string, { readonly work: Slice; readonly next: ImportState }>>
> = {
  listing: { work: listDefinitions, next: 'reading' },
  reading: { work: readItems, next: 'naming' },
  naming: { work: nameItems, next: 'preview' },
  applying: { work: adoptItems, next: 'done' },
}

/** null: there is more of the same. */
async function slice(
  deps: ImportDeps,
  call: Call,
  { db, row }: { readonly db: OrgDb; readonly row: ImportRow },
): Promise<ImportState | null> {
  const found = SLICES[row.state]
  if (!found) throw new ImportLost(`nothing to do for an import that is ${row.state}`)
  const connected = await connectEnvironment(deps, db, row.environment_id)
  const options = { signal: call.signal, deadlineMs: deps.callDeadlineMs }
  const hasMore = await found.work(deps, call, { db, row, connected, options })
  return hasMore ? null : found.next
}

/** Only from the state that was worked on, and only while it is ours. */
async function move(
  tx: Parameters<Parameters<typeof inTx>[1]>[0],
  deps: ImportDeps,
  { row, to }: { readonly row: ImportRow; readonly to: ImportState | null },
): Promise<void> {
  await holdImport(tx, deps.owner, row)
  if (to === null) return
  const now = await databaseNow(tx.q)
  const isWaiting = to === 'preview' || to === 'done'
  await updateImport(tx, row.import_id, {
    state: to,
    last_error: null,
    updated_at: now,
    ...(isWaiting ? { lease_owner: null, lease_until: null, next_attempt_at: null } : {}),
    ...(to === 'done' ? { active_key: null, ended_at: now } : {}),
  })
}

async function putOff(
  deps: ImportDeps,
  call: Call,
  {
    db,
    importId,
    error,
  }: { readonly db: OrgDb; readonly importId: string; readonly error: unknown },
): Promise<void> {
  call.log.warn(
    { event: 'import.put_off', import_id: importId, err: error },
    'an import cannot go on now',
  )
  // What any other error says may be SQL, or somebody's data: it stands in the log.
  const message = publicMessage(error)
  await inTx(db, async (tx) => {
    const current = await lockImport(tx, importId)
    if (current.lease_owner !== deps.owner) return
    const now = await databaseNow(tx.q)
    await updateImport(tx, importId, {
      last_error: writeJson({ message, at: now.toISOString() }),
      lease_owner: null,
      lease_until: null,
      next_attempt_at: addMs(now, RETRY_MS),
      updated_at: now,
    })
  })
}
