import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { claimHome } from './home.ts'

test('addresses and tokens of a demo that was killed are gone with it', async () => {
  const base = await mkdtemp(join(tmpdir(), 'slipway-demo-'))
  const before = await claimHome(base)
  await writeFile(before.file, '{}')
  await writeFile(join(base, 'demo-2.json'), '{}')

  const home = await claimHome(base)

  expect(home).toEqual(before)
  expect((await readdir(base)).toSorted()).toEqual(['demo', 'demo-2.json'])
})
