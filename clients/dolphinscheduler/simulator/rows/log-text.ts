import type { Rules } from '../families.ts'
import type { TaskRun } from '../state/model.ts'
import { logPath } from './task-run-row.ts'

interface LogLine {
  readonly at: number
  readonly text: string
}

/** The lines of a task's log that are written by now, without the head line. */
export function logLines(rules: Rules, run: TaskRun, now: number): readonly string[] {
  const stamp = (at: number): string =>
    rules.family === '3.1' ? `[INFO] ${timeText(at)} +0000 - ` : `${timeText(at)} INFO  - `
  return [...beginning(run), ...said(run), ...ending(run)]
    .filter(({ at }) => at <= now)
    .flatMap(({ at, text }) => `${stamp(at)}${text}`.split(/\r?\n/))
}

/** Told in front of the first piece, and not counted. */
export function headLine(run: TaskRun): string {
  return `[LOG-PATH]: ${logPath(run)}, [HOST]:  127.0.0.1:1234\n`
}

function beginning(run: TaskRun): readonly LogLine[] {
  const { taskType } = run.task.fields
  const lines = [
    'Begin to initialize task',
    'End initialize task',
    `Task plugin: ${taskType} create success`,
    ...(run.script === ''
      ? []
      : [`raw script : ${run.script}`, `process start, process id is: ${20_000 + run.id}`]),
  ]
  return lines.map((text) => ({ at: run.startAt, text }))
}

function said(run: TaskRun): readonly LogLine[] {
  return run.output
    .map(({ afterMs, text }) => ({ at: run.startAt + afterMs, text: ` -> ${text}` }))
    .filter(({ at }) => at < run.endAt)
}

function ending(run: TaskRun): readonly LogLine[] {
  const at = run.endAt
  if (run.finalState === 'KILL') return [{ at, text: 'kill task by cancelApplication' }]
  const code = run.finalState === 'SUCCESS' ? 0 : run.exitCode || 1
  const lines = [
    ...(code === 0
      ? []
      : [`process has failure, the task timeout configuration value is:0, ready to kill ...`]),
    `process has exited, execute path:/opt/dolphinscheduler/data/exec/${run.id}, processId:${20_000 + run.id} ,exitStatusCode:${code} ,processWaitForStatus:true ,processExitValue:${code}`,
    'FINALIZE_SESSION',
  ]
  return lines.map((text) => ({ at, text }))
}

function timeText(at: number): string {
  return new Date(at).toISOString().slice(0, 23).replace('T', ' ')
}
