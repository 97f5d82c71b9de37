import { describe, expect, test } from 'vitest'
import { must } from '#src/lib/must.ts'
import type { Bench } from './bench.ts'
import { live, options, shell } from './bench.ts'

export function describeFiles(benchOf: () => Bench): void {
  describe('files', () => {
    test('one is listed, found, and lies beside the task that names it', async () => {
      const bench = benchOf()
      const { engine, compiler, family, server, uniqueName } = bench
      const name = `${uniqueName('file')}.sh`
      const files = must(server.files, 'files of the server')
      const hasStorage = await files.put(family, name, 'echo of-the-file\n')

      const paths = await engine.listResources(options)

      const path = paths.find((each) => each === name || each.endsWith(`/${name}`))
      expect(path !== undefined).toBe(hasStorage)
      if (path === undefined) return
      const file = must(await engine.findResource(path, options), 'the file')
      const byId = file.id === null ? file : await engine.findResourceById(file.id, options)
      expect(byId).toEqual(file)
      expect(await engine.findResource(`${path}.none`, options)).toBeNull()
      const resources = { [path]: file }
      const document = {
        tasks: [shell('a', `sh ${name} | grep of-the-file`, { resources: [path] })],
      }
      const made = await bench.createOnline(document, { resources })
      const { definition } = await live(bench, made)
      const end = await bench.settled(await bench.start(made))
      // 3.1 keeps a file that a definition uses which is online.
      await engine.setDefinitionOffline(made.at, options)
      await files.remove(file)
      expect(compiler.idsOf([definition]).resources).toEqual([
        // Where files have ids, definitions say nothing else.
        file.id === null ? file : { id: file.id, fullName: '' },
      ])
      expect(end.state).toBe('success')
    })
  })
}
