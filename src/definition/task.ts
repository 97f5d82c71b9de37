import { z } from 'zod'
import { FlinkTask, SeatunnelTask, SparkTask } from './tasks/big-data.ts'
import { ConditionsTask, SwitchTask } from './tasks/branches.ts'
import { EngineTask } from './tasks/engine.ts'
import { HttpTask } from './tasks/http.ts'
import { JavaTask, ProcedureTask, PythonTask, ShellTask } from './tasks/script.ts'
import { DataxTask, SqlTask } from './tasks/sql.ts'
import { DependentTask, SubWorkflowTask } from './tasks/workflows.ts'

export const Task = z.discriminatedUnion('type', [
  ShellTask,
  PythonTask,
  SqlTask,
  ProcedureTask,
  HttpTask,
  JavaTask,
  SubWorkflowTask,
  DependentTask,
  ConditionsTask,
  SwitchTask,
  SparkTask,
  FlinkTask,
  DataxTask,
  SeatunnelTask,
  EngineTask,
])
export type Task = z.output<typeof Task>
export type TaskType = Task['type']
