import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { claimBoot } from '../src/home/boots.ts'

const seen = vi.hoisted(() => ({ looks: 0 }))

// Between the own boot and the look that follows it, somebody faster starts and cleans up.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const look = async (directory: string): Promise<readonly string[]> => {
    seen.looks += 1
    if (seen.looks !== 2) return real.readdir(directory)
    await real.writeFile(join(directory, 'boot.3'), JSON.stringify({ pid: process.pid, started: '', inode: '' }))
    const names = await real.readdir(directory)
    await real.unlink(join(directory, 'boot.2'))
    return names
  }
  return { ...real, readdir: look }
})

it('who was overtaken by a whole boot does not own the machine, also where the faster one has cleaned up after it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'forge-boots-'))
  try {
    await writeFile(join(directory, 'boot.1'), JSON.stringify({ pid: 2 ** 30, started: '', inode: '' }))
    expect(await claimBoot(directory)).toBeNull()
    expect((await readdir(directory)).toSorted()).toEqual(['boot.1', 'boot.3'])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
