import type { ScriptRun } from './script.ts'

/** What befalls a task, whatever its script says. */
export interface TaskTrouble {
  readonly taskName: string
  readonly kind: 'fails' | 'hangs'
  /** How many of its tries it meets; 1 when not given. */
  readonly times?: number
}

export interface Troubles {
  add(trouble: TaskTrouble): void
  clear(): void
  /** What a try of the task comes to; takes one of the times. */
  befall(taskName: string, run: ScriptRun): ScriptRun
}

export function createTroubles(): Troubles {
  let waiting: { readonly trouble: TaskTrouble; left: number }[] = []
  return {
    add: (trouble) => waiting.push({ trouble, left: trouble.times ?? 1 }),
    clear: () => {
      waiting = []
    },
    befall: (taskName, run) => {
      const met = waiting.find(({ trouble }) => trouble.taskName === taskName)
      if (!met) return run
      met.left -= 1
      if (met.left <= 0) waiting = waiting.filter((each) => each !== met)
      return met.trouble.kind === 'fails'
        ? { ...run, exitCode: 1, outputs: [] }
        : { ...run, durationMs: Number.POSITIVE_INFINITY }
    },
  }
}
