import { z } from 'zod'
import { common } from './common.ts'

/** Any other task type of the engine: `engine_params` is all of its parameters. */
export const EngineTask = z.strictObject({
  ...common,
  type: z.literal('engine'),
  /** The engine's name of the type, such as `SQOOP`. */
  engine_type: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,49}$/, 'must be a task type of the engine'),
})
