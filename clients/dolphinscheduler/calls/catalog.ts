import { z } from 'zod'
import type { CatalogDataSource, CatalogTaskGroup } from '#src/engine/catalog.ts'
import type { CallOptions, Engine } from '#src/engine/engine.ts'
import { mustBeEnvelope, readEnvelope, readJson } from '../envelope.ts'
import { PAGE_SIZE, PageOf, readAllPages } from '../paging.ts'
import { refusalError } from '../refusal.ts'
import { Code } from '../wire/fields.ts'
import { USERS_TENANT } from '../wire/words.ts'
import type { Wire, WireCall } from '../wire.ts'
import { ask, call, readData } from '../wire.ts'

const Names = z.array(z.string())
const Tenants = z.array(z.looseObject({ tenantCode: z.string() }))
const Environments = z.array(
  z
    .looseObject({ code: Code, name: z.string(), workerGroups: Names.nullish() })
    .transform(({ code, name, workerGroups }) => ({
      code,
      name,
      workerGroups: workerGroups ?? [],
    })),
)
const AlertGroups = z.array(
  z
    .looseObject({ id: z.int(), groupName: z.string() })
    .transform(({ id, groupName }) => ({ id, name: groupName })),
)
const DataSourcePage = PageOf(
  z
    .looseObject({ id: z.int(), name: z.string(), type: z.string() })
    .transform(({ id, name, type }) => ({ id, name, type })),
)
const TaskGroupPage = PageOf(
  z.looseObject({ id: z.int(), name: z.string() }).transform(({ id, name }) => ({ id, name })),
)
const ProjectWorkerGroups = z.looseObject({
  status: z.string(),
  data: z.array(z.looseObject({ workerGroup: z.string() })).nullish(),
})

type CatalogCalls = Pick<
  Engine,
  | 'listWorkerGroups'
  | 'listTenants'
  | 'listEnvironments'
  | 'listAlertGroups'
  | 'findDataSources'
  | 'listDataSources'
  | 'listTaskGroups'
>

export function catalogCalls(wire: Wire): CatalogCalls {
  return {
    listWorkerGroups: async (projectCode, options) => {
      const operation = 'catalog.worker_groups'
      const path = 'worker-groups/all'
      const all = await call(wire, { operation, method: 'GET', path, options }, Names)
      if (projectCode === null || !wire.dialect.hasProjectWorkerGroups) return sorted(all)
      const request: WireCall = {
        operation,
        method: 'GET',
        path: `projects/${projectCode}/worker-group`,
        options,
      }
      return sorted([...all, ...(await readProjectWorkerGroups(wire, request))])
    },
    listTenants: async (options) => {
      const path = 'tenants/list'
      const rows = await call(
        wire,
        { operation: 'catalog.tenants', method: 'GET', path, options },
        Tenants,
      )
      const names = rows.map(({ tenantCode }) => tenantCode)
      const isListed = wire.dialect.tenantOn === 'start' || names.includes(USERS_TENANT)
      return isListed ? names : [...names, USERS_TENANT]
    },
    listEnvironments: async (options) => {
      const path = 'environment/query-environment-list'
      return call(
        wire,
        { operation: 'catalog.environments', method: 'GET', path, options },
        Environments,
      )
    },
    listAlertGroups: async (options) => {
      const path = wire.dialect.paths.alertGroups
      return call(
        wire,
        { operation: 'catalog.alert_groups', method: 'GET', path, options },
        AlertGroups,
      )
    },
    findDataSources: async (name, options) =>
      (await pageDataSources(wire, { searchVal: name }, options)).filter(
        (row) => row.name === name,
      ),
    listDataSources: (options) => pageDataSources(wire, {}, options),
    listTaskGroups: (projectCode, options) => pageTaskGroups(wire, projectCode, options),
  }
}

function pageTaskGroups(
  wire: Wire,
  projectCode: string,
  options: CallOptions,
): Promise<readonly CatalogTaskGroup[]> {
  return readAllPages((pageNo) =>
    call(
      wire,
      {
        operation: 'catalog.task_groups',
        method: 'GET',
        path: 'task-group/query-list-by-projectCode',
        query: { projectCode, pageNo, pageSize: PAGE_SIZE },
        options,
      },
      TaskGroupPage,
    ),
  )
}

/** By paging, which masks passwords; `/datasources/list` shows them. */
function pageDataSources(
  wire: Wire,
  filter: { readonly searchVal?: string },
  options: CallOptions,
): Promise<readonly CatalogDataSource[]> {
  return readAllPages((pageNo) =>
    call(
      wire,
      {
        operation: 'catalog.data_sources',
        method: 'GET',
        path: 'datasources',
        query: { pageNo, pageSize: PAGE_SIZE, ...filter },
        options,
      },
      DataSourcePage,
    ),
  )
}

/** The one answer without a `code`: `{status,msg,data}`; refusals may be either form. */
async function readProjectWorkerGroups(wire: Wire, request: WireCall): Promise<readonly string[]> {
  const answer = await ask(wire, request)
  const { operation } = request
  if (readEnvelope(answer) === null && answer.isJson && answer.status === 200) {
    const reply = readData(operation, ProjectWorkerGroups, readJson(answer))
    if (reply.status === 'SUCCESS') return (reply.data ?? []).map((row) => row.workerGroup)
    throw refusalError({ operation, code: 0, message: reply.status }, 'forbidden')
  }
  const envelope = mustBeEnvelope(operation, answer)
  throw refusalError({ operation, code: envelope.code, message: envelope.msg })
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}
