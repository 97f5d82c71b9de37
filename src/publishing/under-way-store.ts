import { z } from 'zod'
import type { OrgReader } from '../db/database.ts'
import { readJson, readJsonOrNull } from '../db/json-column.ts'

/** Definitions that publications make or change just now, and the workflow of each. */
export interface UnderWay {
  readonly byCode: ReadonlyMap<string, string>
  /** A create whose answer is not known yet has a name alone. */
  readonly byName: ReadonlyMap<string, string>
}

const Said = z.looseObject({ code: z.string().optional(), name: z.string().optional() }).nullable()

/**
 * What a step means to do is on record before the engine hears of it, so whoever lists the engine
 * first and asks here afterwards misses nothing.
 */
export async function listUnderWay(at: OrgReader, environmentId: string): Promise<UnderWay> {
  const rows = await at.q
    .selectFrom('workflow_publish_record as p')
    .innerJoin('workflow_publish_step as s', (join) =>
      join
        .onRef('s.org_id', '=', 'p.org_id')
        .onRef('s.publication_id', '=', 'p.publication_id')
        .on('s.phase', '=', 'apply')
        .on('s.state', '!=', 'failed'),
    )
    .select(['p.workflow_id', 's.name', 's.intent', 's.result'])
    .where('p.org_id', '=', at.orgId)
    .where('p.environment_id', '=', environmentId)
    .where('p.state', 'in', ['applying', 'stuck'])
    .execute()
  const byCode = new Map<string, string>()
  const byName = new Map<string, string>()
  for (const { workflow_id: workflowId, name, intent, result } of rows) {
    const meant = readJson(Said, intent)
    const code = readJsonOrNull(Said, result)?.code ?? meant?.code
    if (code !== undefined) byCode.set(code, workflowId)
    if (name === 'create' && meant?.name !== undefined) byName.set(meant.name, workflowId)
  }
  return { byCode, byName }
}
