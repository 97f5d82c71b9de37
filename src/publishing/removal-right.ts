import type { CallOptions, Engine } from '../engine/engine.ts'
import type { Environment } from '../environments/environment.ts'
import type { LiveState } from './plan.ts'
import type { StepName } from './plan-steps.ts'

/**
 * The engine lets only the owner and administrators delete, a grant on the project is not enough:
 * what will stay there is said before.
 */
export async function removalWarnings(
  { engine, environment }: { readonly engine: Engine; readonly environment: Environment },
  { steps, live }: { readonly steps: readonly StepName[]; readonly live: LiveState | null },
  options: CallOptions,
): Promise<readonly string[]> {
  const goes = steps.includes('delete')
  if (!live || !(goes || steps.includes('schedule_delete'))) return []
  const user = await engine.readUser(options)
  if (user.isAdmin) return []
  const { projectCode } = environment
  const { name } = live.definition
  const found = goes
    ? await engine.findDefinitionByName({ projectCode, name }, options)
    : (await engine.findSchedules({ projectCode, code: live.code }, options))[0]
  const owner = found?.ownerName ?? null
  if (owner === null || owner === user.name) return []
  const what = goes ? 'definition' : 'schedule'
  return [
    `the engine lets only "${owner}" and administrators delete the ${what}, and the cluster's token is "${user.name}": it stays there, offline`,
  ]
}
