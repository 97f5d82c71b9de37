import { z } from 'zod'
import type { EngineSchedule } from '#src/engine/definition.ts'
import type { SaveDefinition } from '#src/engine/engine.ts'
import type { StartRequest } from '#src/engine/run.ts'
import { engineTask } from '#test/support/engine-task.ts'
import type { Recording } from './recordings-replay.ts'

/** What the port has to be asked for so that it sends what was recorded. */

const Text = z.record(z.string(), z.string())
const json = <T>(schema: z.ZodType<T>) =>
  z.string().transform((text) => schema.parse(JSON.parse(text)))
const Code = z.int().transform(String)

const Form = z.looseObject({
  name: z.string(),
  description: z.string().default(''),
  globalParams: json(
    z.array(z.object({ prop: z.string(), type: z.string(), value: z.string() })),
  ).default([]),
  locations: json(z.array(z.object({ taskCode: Code, x: z.int(), y: z.int() }))),
  taskRelationJson: json(z.array(z.looseObject({ preTaskCode: Code, postTaskCode: Code }))),
  taskDefinitionJson: json(
    z.array(
      z.looseObject({
        code: Code,
        name: z.string(),
        taskParams: z.record(z.string(), z.json()),
      }),
    ),
  ),
  tenantCode: z.string().default(''),
})

export function saveInput({ request }: Recording, projectCode: string): SaveDefinition {
  const form = Form.parse(request.form)
  return {
    projectCode,
    tenant: form.tenantCode,
    layout: Object.fromEntries(form.locations.map(({ taskCode, x, y }) => [taskCode, { x, y }])),
    definition: {
      name: form.name,
      description: form.description,
      params: form.globalParams.map(({ prop, type, value }) => ({
        name: prop,
        direction: 'in',
        type,
        value,
      })),
      concurrency: 'parallel',
      timeoutMin: 0,
      tasks: form.taskDefinitionJson.map(({ code, name, taskParams }) =>
        engineTask({ code, name, params: taskParams }),
      ),
      edges: form.taskRelationJson.map(({ preTaskCode, postTaskCode }) => ({
        from: preTaskCode === '0' ? null : preTaskCode,
        to: postTaskCode,
      })),
    },
  }
}

export function startInput({ request: { form } }: Recording): StartRequest {
  return {
    definitionCode: form['processDefinitionCode'] ?? form['workflowDefinitionCode'] ?? '',
    params: Text.parse(JSON.parse(form['startParams'] ?? '{}')),
    onFailure: 'continue',
    warningType: 'none',
    warningGroupId: 0,
    priority: 'medium',
    workerGroup: form['workerGroup'] ?? '',
    tenant: form['tenantCode'] ?? '',
    environmentCode: null,
  }
}

const ScheduleJson = json(z.object({ crontab: z.string(), timezoneId: z.string() }))

/** All recorded schedules last from the beginning of 2026 to that of 2036, in UTC. */
export function scheduleInput({ request: { form } }: Recording): EngineSchedule {
  const { crontab, timezoneId } = ScheduleJson.parse(form['schedule'])
  return {
    cron: crontab,
    timezone: timezoneId,
    startsAt: new Date('2026-01-01T00:00:00Z'),
    endsAt: new Date('2036-01-01T00:00:00Z'),
    onFailure: 'continue',
    warningType: 'none',
    warningGroupId: 0,
    priority: 'medium',
    workerGroup: 'default',
    tenant: form['tenantCode'] ?? '',
    environmentCode: null,
  }
}
