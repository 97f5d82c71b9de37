import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDER = '/etc/apt/sources.list.d'
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** A line for sources.list: another suite of the mirror that this machine uses itself. */
export async function debianSource(suite: string): Promise<string> {
  const names = await readdir(FOLDER).catch(() => [])
  for (const file of ['/etc/apt/sources.list', ...names.map((name) => join(FOLDER, name))]) {
    const text = await readFile(file, 'utf8').catch(() => '')
    const uncommented = text.replaceAll(/^\s*#.*$/gm, '')
    const [mirror] = /https?:\/\/\S+\/debian\/?(?=\s|$)/m.exec(uncommented) ?? []
    if (mirror === undefined) continue
    await access(KEYRING).catch(() => {
      throw new Error(`${KEYRING} is missing: apt-get install debian-archive-keyring`)
    })
    return `deb [signed-by=${KEYRING}] ${mirror} ${suite} main\n`
  }
  throw new Error('this machine has no Debian mirror in /etc/apt')
}
