import type { Task } from '../task.ts'
import type { Check, Found } from './check.ts'
import { taskTexts, textsIn } from './texts.ts'

export const unusedParameter = {
  id: 'unused_parameter',
  severity: 'warning',
  title: 'A start parameter that nothing reads',
  run(document): readonly Found[] {
    const { properties } = document.start.params
    const names = Object.entries(properties)
      .filter(([, param]) => param['x-engine-direction'] !== 'out')
      .map(([name]) => name)
    if (names.length === 0 || document.tasks.some(readsEveryParameter)) return []
    const texts = [...taskTexts(document), ...textsIn(properties, [])].map(({ text }) => text)
    const used = new Set(texts.flatMap(bracedIn))
    const unused = names.filter((name) => !used.has(name))
    if (unused.length === 0) return []
    const shellNames = new Set(texts.flatMap(shellVariablesIn))
    return unused.map((name) => ({
      path: ['start', 'params', 'properties', name],
      message: shellNames.has(name)
        ? `no task reads "${name}": the engine fills in \${${name}}, while $${name} is the shell's own variable`
        : `no task reads "${name}": \${${name}} stands nowhere`,
    }))
  },
} as const satisfies Check

/** Types that hand every parameter on: to the workflow below, or as a container's environment. */
const HANDS_ON = new Set(['SUB_PROCESS', 'SUB_WORKFLOW', 'DYNAMIC', 'K8S', 'DINKY'])

function readsEveryParameter(task: Task): boolean {
  if (task.type === 'engine') return HANDS_ON.has(task.engine_type)
  return task.type === 'sub_workflow'
}

/** Whatever stands in braces may be a name: the engine takes any. */
function bracedIn(text: string): readonly string[] {
  if (!text.includes('{')) return []
  return [...text.matchAll(/[$!]\{([^{}]{0,255})\}/g)].map(([, name = '']) => name)
}

function shellVariablesIn(text: string): readonly string[] {
  if (!text.includes('$')) return []
  return [...text.matchAll(/\$([A-Za-z_]\w{0,127})/g)].map(([, name = '']) => name)
}
