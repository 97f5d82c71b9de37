import { z } from 'zod'
import { ENGINE_RIGHTS, type EngineRight } from '../engine/rights.ts'

/** A right that the token's user lacks, or that the engine does not tell of. */
export const Right = z.object({
  right: z.enum(ENGINE_RIGHTS),
  without_it: z.string(),
  how_to_grant: z.string(),
  /** What it is lacking for, where it is not for everything. */
  names: z.array(z.string()),
  /** The engine's own refusal; null: nothing was refused. */
  engine_said: z.string().nullable(),
})
export type Right = z.output<typeof Right>

export const Rights = z.object({
  missing_rights: z.array(Right),
  /** Neither there nor missing: this engine gave no answer that tells. */
  unknown_rights: z.array(Right),
})
export type Rights = z.output<typeof Rights>

/** As it was found for one environment; kept with the probe of its cluster. */
export const EnvironmentRights = Rights.extend({
  environment_id: z.string(),
  as_of: z.iso.datetime(),
})
export type EnvironmentRights = z.output<typeof EnvironmentRights>

/** What cannot be done without a right. */
export const WITHOUT: Readonly<Record<EngineRight, string>> = {
  'tenant.list': 'the names of tenants cannot be proved, so nothing can be planned',
  'worker_group.list': 'the names of worker groups cannot be proved, so nothing can be planned',
  'environment.list': 'no workflow that names an environment of the engine can be planned',
  'alert_group.list': 'no workflow that names an alert group can be planned',
  'data_source.list': 'no workflow that names a data source can be planned',
  'resource.list': 'no workflow that names a file of the resource centre can be planned',
  'project.read':
    'nothing of the project is seen: no plan, no run, no import, no history and no drift',
  'project.write': 'no definition is created or changed, so nothing new can be deployed',
  'task_group.list': 'no workflow that names a task group can be planned',
  'data_source.use': 'no workflow that names one of these data sources can be planned',
  'resource.use': 'no workflow that names one of these files can be planned',
}
