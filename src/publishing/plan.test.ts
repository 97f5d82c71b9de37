import { expect, test } from 'vitest'
import { EnvironmentOverlay } from '../environments/environment.ts'
import type { EngineDefinition } from '../engine/definition.ts'
import { withTenantSent, withTenantThere } from './definition-tenant.ts'
import { planDigest } from './plan.ts'
import { isSameDefinition } from './plan-steps.ts'
import { ordersDocument } from '#test/support/installation.ts'

const definition: EngineDefinition = {
  name: 'w',
  description: '',
  params: [],
  concurrency: 'parallel',
  timeoutMin: 0,
  tasks: [],
  edges: [],
}
const tenantOf = (tenant: string): EngineDefinition => ({ ...definition, tenant })

function digestOf(live: EngineDefinition, desired: EngineDefinition, more: object = {}): string {
  return planDigest({
    operation: 'deploy',
    workflow_id: 'w',
    environment_id: 'e',
    project_code: '1',
    tenant: 'root',
    version: 1,
    version_digest: 'd',
    policy_version: 1,
    task_codes: {},
    overlay: {},
    desired: { definition: desired, is_online: false, schedule: null, is_schedule_online: false },
    live: {
      code: '5',
      engine_version: 1,
      is_online: false,
      definition: live,
      schedules: [],
      ...more,
    },
  })
}

test('a plan of a release that read no tenant and no places stays true', () => {
  const before = digestOf(definition, definition)

  const now = digestOf(tenantOf('root'), tenantOf('root'), { layout: { 1: { x: 1, y: 2 } } })

  expect(now).toBe(before)
  expect(digestOf(tenantOf('etl'), tenantOf('root'))).not.toBe(before)
})

test('a tenant that was not read is no difference, another one is', () => {
  expect(isSameDefinition(definition, tenantOf('root'))).toBe(true)
  expect(isSameDefinition(tenantOf('root'), tenantOf('root'))).toBe(true)
  expect(isSameDefinition(tenantOf('etl'), tenantOf('root'))).toBe(false)
})

test('a version keeps its own word for a tenant while it means the one that is there', () => {
  const said = {
    document: ordersDocument({ settings: { tenant: 'people' } }),
    overlay: EnvironmentOverlay.parse({ tenants: { people: 'etl' } }),
    bindings: { defaultTenant: 'root' },
  }
  const plain = { ...said, document: ordersDocument() }
  const there = [definition, tenantOf('etl'), tenantOf('root')]

  const kept = [said, plain].map((each) =>
    there.map((live) => withTenantThere(each, live).settings.tenant),
  )

  expect(kept).toEqual([
    ['people', 'people', undefined],
    [undefined, undefined, undefined],
  ])
  expect(withTenantSent(definition, tenantOf('x'), said).tenant).toBe('etl')
  expect(withTenantSent(definition, tenantOf('x'), plain).tenant).toBe('root')
  expect(withTenantSent(tenantOf('y'), tenantOf('x'), said).tenant).toBe('y')
  expect(withTenantSent(definition, definition, said).tenant).toBeUndefined()
})
