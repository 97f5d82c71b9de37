import type { Engine } from '#src/engine/engine.ts'
import type { RunCommand, StartRequest } from '#src/engine/run.ts'
import { unreadable } from '../envelope.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { refusalError } from '../refusal.ts'
import { wireFailureStrategy, wirePriority, wireWarningType } from '../wire/words.ts'
import type { FormFields } from '../form.ts'
import type { Wire } from '../wire.ts'
import { Nothing, call, tryCall } from '../wire.ts'

const EXECUTE_TYPES: Readonly<Record<RunCommand, string>> = {
  stop: 'STOP',
  pause: 'PAUSE',
  resume: 'RECOVER_SUSPENDED_PROCESS',
  rerun: 'REPEAT_RUNNING',
  recover_failed: 'START_FAILURE_TASK_PROCESS',
}

export function runCalls(wire: Wire): Pick<Engine, 'startRun' | 'commandRun'> {
  const { dialect } = wire
  return {
    startRun: async (projectCode, start, options) => {
      const path = `projects/${projectCode}/executors/${dialect.paths.start}`
      const form = startForm(start, dialect)
      const data = await call(
        wire,
        { operation: 'run.start', method: 'POST', path, form, options },
        Nothing,
      )
      const receipt = dialect.readReceipt(data)
      if (receipt === null) throw unreadable('run.start', 'receipt')
      return receipt
    },
    commandRun: async (at, command, options) => {
      const operation = 'run.command'
      const path = `projects/${at.projectCode}/executors/execute`
      const form = {
        [dialect.params.instanceId]: at.instanceId,
        executeType: EXECUTE_TYPES[command],
      }
      const outcome = await tryCall(
        wire,
        { operation, method: 'POST', path, form, options },
        Nothing,
      )
      if (outcome.kind === 'ok') return
      const { engineCode: code, engineMessage: message } = outcome
      if (!dialect.commandConflictCodes.includes(code)) throw outcome.error
      throw refusalError({ operation, code, message }, 'conflict')
    },
  }
}

/** Every field that some family has no default for is sent to all of them. */
function startForm(start: StartRequest, dialect: Dialect): FormFields {
  const hasParams = Object.keys(start.params).length > 0
  return {
    [dialect.params.definitionCode]: start.definitionCode,
    scheduleTime: '',
    failureStrategy: wireFailureStrategy(start.onFailure),
    warningType: wireWarningType(start.warningType),
    warningGroupId: start.warningGroupId,
    execType: 'START_PROCESS',
    startNodeList: '',
    taskDependType: 'TASK_POST',
    runMode: 'RUN_MODE_SERIAL',
    [dialect.params.instancePriority]: wirePriority(start.priority),
    workerGroup: start.workerGroup,
    environmentCode: start.environmentCode ?? '-1',
    expectedParallelismNumber: '',
    dryRun: 0,
    tenantCode: dialect.tenantOn === 'start' ? start.tenant : undefined,
    // A map: 3.1 silently ignores the list form.
    startParams: hasParams ? JSON.stringify(start.params) : undefined,
  }
}
