import type { CallOptions, Engine } from '../engine/engine.ts'
import { isNoAnswer } from '../engine/outcome.ts'
import type { ProjectAccess } from '../engine/rights.ts'
import type { Environment } from '../environments/environment.ts'
import type { Issue } from '../lib/errors.ts'
import type { StepName } from './plan-steps.ts'

/** 3.2 counts instances for the answer; a plan does not wait for a large history. */
const DEADLINE_MS = 3_000

const WRITING: ReadonlySet<StepName> = new Set(['create', 'update'])

/**
 * Whoever may only read a project may still take its definitions offline: without this a deploy
 * would stop a running workflow and then be refused the save.
 */
export async function writeRight(
  { engine, environment }: { readonly engine: Engine; readonly environment: Environment },
  steps: readonly StepName[],
  options: CallOptions,
): Promise<{ readonly issues: readonly Issue[]; readonly warnings: readonly string[] }> {
  if (!steps.some((step) => WRITING.has(step))) return { issues: [], warnings: [] }
  const { projectCode, projectName } = environment
  const access = await askAccess(engine, projectCode, options)
  if (access === 'write') return { issues: [], warnings: [] }
  if (access === 'unknown') {
    return {
      issues: [],
      warnings: [`the engine does not tell whether its project "${projectName}" may be changed`],
    }
  }
  const project = `the engine's project "${projectName}"`
  const may =
    access === 'read' ? `may read ${project} but not change it` : `does not see ${project}`
  return {
    issues: [
      {
        pointer: '',
        code: 'plan.no_write_right',
        message: `the user of the cluster's token ${may}; to grant it: ${engine.remedyFor('project.write')}`,
      },
    ],
    warnings: [],
  }
}

async function askAccess(
  engine: Engine,
  projectCode: string,
  options: CallOptions,
): Promise<ProjectAccess> {
  try {
    return await engine.readProjectAccess(projectCode, { ...options, deadlineMs: DEADLINE_MS })
  } catch (error) {
    if (isNoAnswer(error)) return 'unknown'
    throw error
  }
}
