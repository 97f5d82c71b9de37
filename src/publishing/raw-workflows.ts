import type { DefinitionSummary } from '../engine/definition.ts'
import type { Bindings, CallOptions, Engine } from '../engine/engine.ts'
import type { WorkflowUse } from '../engine/ids.ts'
import type { Environment } from '../environments/environment.ts'
import { isAppError } from '../lib/errors.ts'
import { proveForeignItems, type Proof } from './foreign-workflows.ts'

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
  proofs.push(await proveRuns({ engine, environment }, run, options))
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
async function proveRuns(
  connected: Connected,
  uses: readonly Use[],
  options: CallOptions,
): Promise<Proof> {
  const places = await findPlaces(connected, new Set(uses.map(({ code }) => code)), options)
  const missing = uses.filter(({ code }) => !places.has(code))
  const seesAll = missing.length > 0 && (await connected.engine.readUser(options)).isAdmin
  const unseen = "which is in no project that the token's user may see"
  return {
    issues: (seesAll ? missing : []).map(({ code, pointer }) => ({
      pointer,
      code: 'plan.unknown_name',
      message: `the engine has no workflow ${code}`,
    })),
    warnings: uses
      .filter(({ code }) => places.has(code) || !seesAll)
      .map(
        ({ code, taskKey }) =>
          `task "${taskKey}" runs workflow ${code}, ${places.get(code) ?? unseen}`,
      ),
  }
}

/** Where each is, a list a project, and the environment's own first: there they mostly are. */
async function findPlaces(
  { engine, environment }: Connected,
  codes: ReadonlySet<string>,
  options: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const places = new Map<string, string>()
  const note = (names: readonly DefinitionSummary[], where: string): void => {
    for (const { code, name } of names)
      if (codes.has(code)) places.set(code, `"${name}"${where}, by its code`)
  }
  if (codes.size === 0) return places
  note(await engine.listDefinitions(environment.projectCode, options), '')
  if (places.size === codes.size) return places
  for (const { code, name } of await engine.listProjects(options)) {
    if (code !== environment.projectCode)
      note(await listVisible(engine, code, options), ` of project "${name}"`)
    if (places.size === codes.size) break
  }
  return places
}

/** A project that is taken away meanwhile has none. */
async function listVisible(
  engine: Engine,
  projectCode: string,
  options: CallOptions,
): Promise<readonly DefinitionSummary[]> {
  try {
    return await engine.listDefinitions(projectCode, options)
  } catch (error) {
    if (isAppError(error, 'not_found')) return []
    if (isAppError(error) && error.code === 'engine.forbidden') return []
    throw error
  }
}
