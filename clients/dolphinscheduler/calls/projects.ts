import { z } from 'zod'
import type { Engine } from '#src/engine/engine.ts'
import { PAGE_SIZE, PageOf, readAllPages } from '../paging.ts'
import { Code } from '../wire/fields.ts'
import type { Wire } from '../wire.ts'
import { Nothing, call } from '../wire.ts'

const Project = z
  .looseObject({ code: Code, name: z.string() })
  .transform(({ code, name }) => ({ code, name }))
const ProjectPage = PageOf(Project)

export function projectCalls(
  wire: Wire,
): Pick<Engine, 'listProjects' | 'createProject' | 'deleteProject'> {
  return {
    /** The paged list: `/projects/list` leaves out what was granted. */
    listProjects: async (options) =>
      readAllPages(async (pageNo) => {
        const query = { pageNo, pageSize: PAGE_SIZE }
        return call(
          wire,
          { operation: 'project.list', method: 'GET', path: 'projects', query, options },
          ProjectPage,
        )
      }),
    createProject: async ({ name, description }, options) => {
      const form = { projectName: name, description }
      return call(
        wire,
        { operation: 'project.create', method: 'POST', path: 'projects', form, options },
        Project,
      )
    },
    deleteProject: async (projectCode, options) => {
      const path = `projects/${projectCode}`
      await call(wire, { operation: 'project.delete', method: 'DELETE', path, options }, Nothing)
    },
  }
}
