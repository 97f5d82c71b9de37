import type { OrgReader } from '../db/database.ts'
import { readJson, readJsonOrNull } from '../db/json-column.ts'
import type { CallOptions, Engine } from '../engine/engine.ts'
import { listDeployedCodes, type Place } from './deployment-store.ts'
import { Created } from './engine-steps.ts'
import { Evidence } from './evidence.ts'
import { listEnded, type EndedRow } from './leftover-store.ts'
import { holdsTasks, isOurs } from './ownership.ts'
import { Plan } from './plan.ts'

export interface Leftover {
  readonly code: string
  readonly taskCodes: Readonly<Record<string, string>>
}

interface Asked {
  readonly place: Place
  readonly projectCode: string
  readonly name: string
}

const Codes = Plan.pick({ task_codes: true })
const Left = Evidence.pick({ engine_code: true, not_removed: true })
const Made = Created.nullable()
/** Nobody gives up more deploys than this without looking. */
const RECORDS = 20

/**
 * What an earlier publication left on the engine although nothing is deployed: it was given up, or
 * the engine's owner alone may delete. Known by the code on its record, else by our marker and the
 * task codes of a record: a lost create told no code.
 */
export async function findLeftover(
  at: OrgReader,
  engine: Engine,
  asked: Asked,
  options: CallOptions,
): Promise<Leftover | null> {
  const rows = await listEnded(at, asked.place, RECORDS)
  if (rows.length === 0) return null
  const left =
    (await findByCode(engine, { ...asked, rows }, options)) ??
    (await findByName(engine, { ...asked, rows }, options))
  if (left === null) return null
  // What was imported under another id since is that one's.
  const managed = [...(await listDeployedCodes(at, asked.place.environmentId)).values()]
  return managed.some(({ code }) => code === left.code) ? null : left
}

type Recorded = Asked & { readonly rows: readonly EndedRow[] }

/** Whatever it is named by now, and whoever made it. */
async function findByCode(
  engine: Engine,
  { projectCode, rows }: Recorded,
  options: CallOptions,
): Promise<Leftover | null> {
  const left = lastLeft(rows)
  if (left === null) return null
  const found = await engine.findDefinition({ projectCode, code: left.code }, options)
  if (!found) return null
  const taskCodes = rows.map(codesOf).find((codes) => holdsTasks(found.definition, codes))
  return { code: left.code, taskCodes: taskCodes ?? codesOf(left.row) }
}

async function findByName(
  engine: Engine,
  { place, projectCode, name, rows }: Recorded,
  options: CallOptions,
): Promise<Leftover | null> {
  const found = await engine.findDefinitionByName({ projectCode, name }, options)
  if (!found) return null
  const taskCodes = rows
    .map(codesOf)
    .find((codes) => isOurs(found.definition, place.workflowId, codes))
  return taskCodes ? { code: found.code, taskCodes } : null
}

/** Of the last undeploy, unless something was made since. */
function lastLeft(rows: readonly EndedRow[]) {
  for (const row of rows) {
    const made = readJsonOrNull(Made, row.created)
    if (made) return { code: made.code, row }
    if (row.operation !== 'undeploy' || row.state !== 'succeeded') continue
    const left = readJsonOrNull(Left, row.evidence)
    return left?.not_removed && left.engine_code !== null ? { code: left.engine_code, row } : null
  }
  return null
}

function codesOf(row: EndedRow): Readonly<Record<string, string>> {
  return readJson(Codes, row.plan).task_codes
}
