import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning, processKey, stopProcess } from '#src/db/process-by-id.ts'
import { must } from '#src/lib/must.ts'

const PREFIX = 'run-'

/** Configuration, data and logs of one run. The process that asks for it owns it. */
export async function layOutHome(dir: string, collected: string, port: number): Promise<string> {
  const home = join(dir, `${PREFIX}${port}`)
  const conf = join(home, 'conf')
  await rm(home, { recursive: true, force: true })
  for (const folder of [conf, join(home, 'logs'), join(home, 'data')])
    await mkdir(folder, { recursive: true })
  await writeFile(join(home, 'owner'), must(await processKey(process.pid), 'this process runs'))
  await cp(join(collected, 'ddl', 'sql'), join(conf, 'sql'), { recursive: true })
  await cp(join(import.meta.dirname, 'conf'), conf, { recursive: true })
  const template = await readFile(join(conf, 'common.properties.in'), 'utf8')
  const properties = template
    .replaceAll('@HOME@', home)
    .replaceAll('@ALERT_PORT@', String(port + 3))
  await writeFile(join(conf, 'common.properties'), properties)
  return home
}

/** The server of a home, so that a later process can end it: `<pid> <when it started>`. */
export async function noteServer(home: string, pid: number): Promise<void> {
  await writeFile(join(home, 'server'), (await processKey(pid)) ?? '')
}

/** Servers and folders of processes that were killed before they could end them. */
export async function removeAbandoned(dir: string): Promise<void> {
  const names = await readdir(dir).catch(() => [])
  for (const home of names
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(dir, name))) {
    if (await isRunning(await read(join(home, 'owner')))) continue
    const server = await read(join(home, 'server'))
    if (await isRunning(server)) await stopProcess(Number.parseInt(server, 10))
    await rm(home, { recursive: true, force: true })
  }
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
