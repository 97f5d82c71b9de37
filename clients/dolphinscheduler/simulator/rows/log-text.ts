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
  return [...beginning(run), ...said(rules, run), ...ending(rules, run)]
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

/** Up to 3.2 what is said within a second is written at once. */
function said({ family, word }: Rules, run: TaskRun): readonly LogLine[] {
  const lines = run.output
    .map(({ afterMs, text }) => ({ at: run.startAt + afterMs, text }))
    .filter(({ at }) => at < run.endAt)
  if (word === 'workflow') return lines.map(({ at, text }) => ({ at, text: ` -> ${text}` }))
  const together = Map.groupBy(lines, ({ at }) => Math.floor(at / 1000))
  const lead = family === '3.1' ? '' : '\n\t'
  return [...together.values()].map((group) => ({
    at: Math.max(...group.map(({ at }) => at)),
    text: ` -> ${lead}${group.map(({ text }) => text).join('\n\t')}`,
  }))
}

function ending({ family }: Rules, run: TaskRun): readonly LogLine[] {
  const at = run.endAt
  if (run.finalState === 'KILL') return [{ at, text: 'kill task by cancelApplication' }]
  const code = run.finalState === 'SUCCESS' ? 0 : run.exitCode || 1
  const pid = 20_000 + run.id
  const mark = family === '3.1' ? ',' : '.'
  const lines = [
    `process has exited${mark} execute path:/opt/dolphinscheduler/data/exec/${run.id}, processId:${pid} ,exitStatusCode:${code} ,processWaitForStatus:true ,processExitValue:${code}`,
    'FINALIZE_SESSION',
  ]
  return lines.map((text) => ({ at, text }))
}

function timeText(at: number): string {
  return new Date(at).toISOString().slice(0, 23).replace('T', ' ')
}
