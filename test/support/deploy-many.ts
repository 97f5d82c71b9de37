import { engineOf } from './engine.ts'
import { addVersion, ordersDocument, type Installation } from './installation.ts'
import { applyToEnd, request } from './publishing.ts'

/** Definitions on the engine with their deployment rows: what publishing leaves, made quickly. */
export async function deployMany(
  installation: Installation,
  count: number,
): Promise<readonly string[]> {
  const db = installation.at.q
  await addVersion(installation, ordersDocument({ schedule: undefined }))
  await applyToEnd(installation, await request(installation, 'deploy', { online: true }))
  const first = await db
    .selectFrom('workflow_deployment')
    .selectAll()
    .where('org_id', '=', installation.at.orgId)
    .executeTakeFirstOrThrow()
  const version = await db
    .selectFrom('workflow_version')
    .selectAll()
    .where('org_id', '=', installation.at.orgId)
    .executeTakeFirstOrThrow()
  const workflow = await db
    .selectFrom('data_workflow')
    .selectAll()
    .where('org_id', '=', installation.at.orgId)
    .executeTakeFirstOrThrow()
  const engine = engineOf(installation)
  const options = { signal: AbortSignal.timeout(30_000) }
  const at = { projectCode: installation.projectCode, code: first.engine_code ?? '' }
  const live = await engine.findDefinition(at, options)
  if (!live) throw new Error('the first definition is there')
  const codes = [at.code]
  for (let n = 1; n < count; n++) {
    const code = await engine.createDefinition(
      {
        projectCode: at.projectCode,
        definition: { ...live.definition, name: `orders ${n}` },
        layout: {},
        tenant: 'default',
      },
      options,
    )
    await engine.setDefinitionOnline({ projectCode: at.projectCode, code }, options)
    const id = `orders_${n}`
    await db
      .insertInto('data_workflow')
      .values({ ...workflow, workflow_id: id, draft_revision: 1 })
      .execute()
    await db
      .insertInto('workflow_version')
      .values({ ...version, workflow_id: id })
      .execute()
    await db
      .insertInto('workflow_deployment')
      .values({
        ...first,
        workflow_id: id,
        deployment_id: `dep_${n}`,
        engine_code: code,
        is_online: true,
        is_schedule_online: false,
        publication_id: null,
      })
      .execute()
    codes.push(code)
  }
  return codes
}
