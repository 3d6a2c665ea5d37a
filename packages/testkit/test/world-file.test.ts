import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeStranger, World, worldFor } from '../src/index.ts'

describe('a world in a file', () => {
  it('is one world for everybody who opens the file', () => {
    const directory = mkdtempSync(join(tmpdir(), 'forge-world-'))
    const file = join(directory, 'world.json')
    using here = new World({ file })
    using there = new World({ file })
    const id = makeStranger(here, 'somebody')
    expect(there.object(id).name).toBe('somebody')
    there.kill(id)
    expect(here.object(id).status.kind).toBe('stopped')
    expect(here.snapshot()).toBe(there.snapshot())
    expect(worldFor('world.json', directory)).toBe(there)
    rmSync(directory, { recursive: true })
  })
})
