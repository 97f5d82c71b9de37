import { z } from 'zod'
import { decodeCursor, toPage } from '../db/cursor.ts'
import { forOrg, type Db, type OrgReader } from '../db/database.ts'
import type { Call } from '../lib/call.ts'
import { AppError } from '../lib/errors.ts'
import { getVersion, listVersions } from './version-store.ts'
import { toVersion, toVersionHead, type WorkflowVersion } from './workflow.ts'
import { getWorkflow } from './workflow-store.ts'

/** One version with its content. @throws AppError `version.not_found` */
export async function readVersion(
  at: OrgReader,
  workflowId: string,
  version: number,
): Promise<WorkflowVersion> {
  return toVersion(await getVersion(at, workflowId, version))
}

/** Whose newest version counts when none is named. @throws AppError `version.not_found` */
export async function readLatestVersion(
  at: OrgReader,
  workflowId: string,
): Promise<WorkflowVersion> {
  const { latest_version: latest } = await getWorkflow(at, workflowId)
  if (latest === null)
    throw new AppError('not_found', 'version.not_found', `${workflowId} has no version yet`)
  return readVersion(at, workflowId, latest)
}

export async function showVersion(
  deps: { readonly db: Db },
  call: Call,
  input: { readonly workflowId: string; readonly version: number },
) {
  const at = forOrg(deps.db, call.orgId)
  await getWorkflow(at, input.workflowId)
  const row = await getVersion(at, input.workflowId, input.version)
  return { ...toVersionHead(row), definition: toVersion(row).document }
}

export async function pageOfVersions(
  deps: { readonly db: Db },
  call: Call,
  page: {
    readonly workflowId: string
    readonly limit: number
    readonly cursor?: string | undefined
  },
) {
  const at = forOrg(deps.db, call.orgId)
  await getWorkflow(at, page.workflowId)
  const below = page.cursor === undefined ? null : decodeCursor(z.tuple([z.int()]), page.cursor)[0]
  const rows = await listVersions(at, page.workflowId, { below, limit: page.limit })
  return toPage(rows, { limit: page.limit, item: toVersionHead, position: (row) => [row.version] })
}
