import { z } from 'zod'
import { inTx, type OrgReader } from '../db/database.ts'
import { readJson, readJsonOrNull, writeJson } from '../db/json-column.ts'
import { canonicalText } from '../definition/canonical.ts'
import type { Call } from '../lib/call.ts'
import { deployedCodes } from '../publishing/adopt-deployment.ts'
import { codesOf, type DeployedCodes } from '../publishing/bind-names.ts'
import { LiveState } from '../publishing/plan.ts'
import { readVersion } from '../workflows/read-version.ts'
import { readNames } from './engine-names.ts'
import type { ImportNote } from './import.ts'
import { holdImport } from './hold-import.ts'
import { listItemNames, listItems, updateItem, type ItemRow } from './import-item-store.ts'
import { listMatchable, type MatchableWorkflow } from './matchable-store.ts'
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
  const deployed = new Map([...managed, ...(await itemCodes(db, row.import_id))])
  const { defaults } = environment
  const unmatched = await listMatchable(db, row.environment_id)
  for (const item of items) {
    const live = readJson(LiveState, item.live ?? '')
    const { document, notes } = nameItem({
      base: await baseOf(db, item),
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
          notes: writeJson([...notes, ...sameNameNotes(item, unmatched)]),
          updated_at: deps.now(),
        },
      )
    })
  }
  return true
}

async function itemCodes(
  at: OrgReader,
  importId: string,
): Promise<ReadonlyMap<string, DeployedCodes>> {
  const items = await listItemNames(at, importId)
  return new Map(
    items.map(({ workflow_id: id, engine_code: code, task_codes: codes }) => [
      id,
      { code, taskCodes: readJsonOrNull(TaskCodes, codes) ?? {} },
    ]),
  )
}

async function baseOf(db: OrgReader, { workflow_id: id, base_version: version }: ItemRow) {
  return version === null ? null : readVersion(db, id, version)
}

function sameNameNotes(
  item: ItemRow,
  workflows: readonly MatchableWorkflow[],
): readonly ImportNote[] {
  const same = workflows.filter(({ name }) => name === item.name)
  if (item.base_version !== null || same.length === 0) return []
  const ids = same.map(({ workflow_id: id }) => `"${id}"`).join(', ')
  const message = `a workflow of that name is here and not deployed in this environment: ${ids}; :match makes this its deployment, otherwise it becomes another workflow`
  return [{ kind: 'same_name', pointer: '', message }]
}

/** What has faults, or would not come back as it is, is not taken over half. */
function isBlocked(document: unknown, notes: readonly ImportNote[]): boolean {
  return document === null || notes.some(({ kind }) => kind === 'fault' || kind === 'lost')
}
