import type { Bindings, CallOptions, Engine } from '../engine/engine.ts'
import type { WorkflowUse } from '../engine/ids.ts'
import type { Environment } from '../environments/environment.ts'
import { must } from '../lib/must.ts'
import { lookAt, proveForeignItems, type Proof } from './foreign-workflows.ts'

interface Use extends WorkflowUse {
  readonly taskKey: string
  readonly pointer: string
}

interface Connected {
  readonly engine: Engine
  readonly environment: Environment
}

/** Other workflows of tasks in the engine's own words: by a name that was resolved, or by a code. */
export async function proveWorkflowUses(
  { engine, environment }: Connected,
  { uses, bindings }: { readonly uses: readonly Use[]; readonly bindings: Bindings },
  options: CallOptions,
): Promise<Proof> {
  const ids = new Map(Object.entries(bindings.workflowCodes).map(([id, code]) => [code, id]))
  const raw = uses.filter(({ code }) => !ids.has(code))
  const waited = raw.flatMap(({ projectCode, taskCode, ...use }) =>
    projectCode === null ? [] : [{ ...use, projectCode, taskCode: taskCode ?? '0' }],
  )
  const run = raw.filter(({ projectCode }) => projectCode === null)
  const proofs = [
    ...uses.map((use) => proveNamed(use, ids.get(use.code), bindings)),
    await proveForeignItems(engine, waited, options),
  ]
  for (const group of Map.groupBy(run, ({ code }) => code).values())
    proofs.push(await proveRun({ engine, environment }, group, options))
  return {
    issues: proofs.flatMap(({ issues }) => issues),
    warnings: proofs.flatMap(({ warnings }) => warnings),
  }
}

/** What stands beside a name as a code belongs to the environment that it was read from. */
function proveNamed(
  { projectCode, taskCode, pointer }: Use,
  id: string | undefined,
  bindings: Bindings,
): Proof {
  if (id === undefined) return { issues: [], warnings: [] }
  const tasks = new Set(Object.values(bindings.workflowTaskCodes[id] ?? {}))
  const messages = [
    ...(projectCode === null || projectCode === bindings.projectCode
      ? []
      : [`"${id}" is not in project ${projectCode}`]),
    ...(taskCode === null || tasks.has(taskCode) ? [] : [`"${id}" has no task ${taskCode} here`]),
  ]
  const issue = (message: string) => ({ pointer, code: 'plan.unknown_name', message })
  return { issues: messages.map(issue), warnings: [] }
}

/**
 * A workflow that a task runs is found by its code alone, in whatever project it is. Whoever does
 * not see all of them cannot say that it is nowhere.
 */
async function proveRun(
  connected: Connected,
  group: readonly Use[],
  options: CallOptions,
): Promise<Proof> {
  const { engine } = connected
  const { code } = must(group[0], 'a group has a use')
  const where = await findWorkflow(connected, code, options)
  const isNowhere = where === null && (await engine.readUser(options)).isAdmin
  const warning = where ?? "which is in no project that the token's user may see"
  return {
    issues: isNowhere
      ? group.map(({ pointer }) => ({
          pointer,
          code: 'plan.unknown_name',
          message: `the engine has no workflow ${code}`,
        }))
      : [],
    warnings: isNowhere
      ? []
      : group.map(({ taskKey }) => `task "${taskKey}" runs workflow ${code}, ${warning}`),
  }
}

/** The environment's own project first: there it mostly is. */
async function findWorkflow(
  { engine, environment }: Connected,
  code: string,
  options: CallOptions,
): Promise<string | null> {
  const own = await lookAt(engine, { projectCode: environment.projectCode, code }, options)
  if (typeof own === 'object') return `"${own.definition.name}", by its code`
  for (const project of await engine.listProjects(options)) {
    const look = await lookAt(engine, { projectCode: project.code, code }, options)
    if (typeof look === 'object')
      return `"${look.definition.name}" of project "${project.name}", by its code`
  }
  return null
}
