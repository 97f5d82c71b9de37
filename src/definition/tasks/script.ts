import { z } from 'zod'
import { common, DataSourceName, ResourcePath } from './common.ts'

const script = z.string().min(1)

export const ShellTask = z.strictObject({ ...common, type: z.literal('shell'), script })
export const PythonTask = z.strictObject({ ...common, type: z.literal('python'), script })

export const JavaTask = z.strictObject({
  ...common,
  type: z.literal('java'),
  /** `source`: one public class as text (up to 3.2); `classpath`: a jar among others (since 3.3). */
  run: z.enum(['source', 'jar', 'classpath']),
  source: z.string().min(1).optional(),
  main_jar: ResourcePath.optional(),
  main_class: z.string().min(1).optional(),
  args: z.string().min(1).optional(),
  jvm_args: z.string().min(1).optional(),
  uses_module_path: z.boolean().optional(),
})

export const ProcedureTask = z.strictObject({
  ...common,
  type: z.literal('procedure'),
  datasource: DataSourceName,
  /** The call itself, such as `{call archive(${day})}`. */
  call: z.string().min(1),
})
