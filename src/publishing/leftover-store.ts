import type { OrgReader } from '../db/database.ts'
import type { Place } from './deployment-store.ts'

/** Deploys and undeploys of a place that are over, as they were stored; newest first. */
export function listEnded(at: OrgReader, place: Place, limit: number) {
  return at.q
    .selectFrom('workflow_publish_record as p')
    .leftJoin('workflow_publish_step as s', (join) =>
      join
        .onRef('s.org_id', '=', 'p.org_id')
        .onRef('s.publication_id', '=', 'p.publication_id')
        .on('s.phase', '=', 'apply')
        .on('s.name', '=', 'create'),
    )
    .select(['p.operation', 'p.state', 'p.plan', 'p.evidence', 's.result as created'])
    .where('p.org_id', '=', at.orgId)
    .where('p.workflow_id', '=', place.workflowId)
    .where('p.environment_id', '=', place.environmentId)
    .where('p.operation', 'in', ['deploy', 'undeploy'])
    .where('p.state', 'in', ['succeeded', 'abandoned', 'compensated'])
    .orderBy('p.publication_id', 'desc')
    .limit(limit)
    .execute()
}

export type EndedRow = Awaited<ReturnType<typeof listEnded>>[number]
