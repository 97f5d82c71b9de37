import { z } from 'zod'
import { inTx } from '../db/database.ts'
import { readJson, readJsonOrNull, writeJson } from '../db/json-column.ts'
import { canonicalText } from '../definition/canonical.ts'
import type { Call } from '../lib/call.ts'
import { deployedCodes } from '../publishing/adopt-deployment.ts'
import { codesOf, type DeployedCodes } from '../publishing/bind-names.ts'
import { LiveState } from '../publishing/plan.ts'
import { readNames } from './engine-names.ts'
import type { ImportNote } from './import.ts'
import { holdImport } from './hold-import.ts'
import { listItemNames, listItems, updateItem } from './import-item-store.ts'
import { nameItem } from './name-item.ts'
import type { ImportDeps, ImportStep } from './run-import.ts'

const BATCH = 50
const TaskCodes = z.record(z.string(), z.string())

/** Documents out of what was read: only now every definition and task has a name here. */
export async function nameItems(
  deps: ImportDeps,
  _call: Call,
  { db, row, connected, options }: ImportStep,
): Promise<boolean> {
  const { engine, compiler, environment } = connected
  const items = await listItems(db, row.import_id, { state: 'read', limit: BATCH })
  if (items.length === 0) return false
  const { names, filesOf } = await readNames(connected, options)
  const managed = await deployedCodes(db, row.environment_id)
  const deployed = new Map<string, DeployedCodes>([
    ...managed,
    ...(await listItemNames(db, row.import_id)).map(
      (item) =>
        [
          item.workflow_id,
          {
            code: item.engine_code,
            taskCodes: readJsonOrNull(TaskCodes, item.task_codes) ?? {},
          },
        ] as const,
    ),
  ])
  const { defaults } = environment
  for (const item of items) {
    const live = readJson(LiveState, item.live ?? '')
    const { document, notes } = nameItem({
      live,
      compiler,
      family: engine.family,
      overlay: environment.overlay,
      managed: new Set(managed.keys()),
      bindings: {
        ...names,
        resources: await filesOf([live.definition]),
        workflowId: item.workflow_id,
        projectCode: environment.projectCode,
        taskCodes: readJson(TaskCodes, item.task_codes ?? '{}'),
        ...codesOf(deployed),
        defaultWorkerGroup: defaults.worker_group,
        defaultTenant: defaults.tenant,
        defaultEnvironment: defaults.environment,
      },
    })
    await inTx(db, async (tx) => {
      await holdImport(tx, deps.owner, row)
      await updateItem(
        tx,
        { importId: row.import_id, itemNo: item.item_no },
        {
          state: isBlocked(document, notes) ? 'blocked' : 'ready',
          document: document && canonicalText(document),
          notes: writeJson(notes),
          updated_at: deps.now(),
        },
      )
    })
  }
  return true
}

/** What has faults, or would not come back as it is, is not taken over half. */
function isBlocked(document: unknown, notes: readonly ImportNote[]): boolean {
  return document === null || notes.some(({ kind }) => kind === 'fault' || kind === 'lost')
}
