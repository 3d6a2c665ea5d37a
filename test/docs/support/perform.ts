import { expect } from 'vitest'
import type { Block } from './markdown.ts'
import { directiveOf, placeOf } from './markdown.ts'
import { hasVcsim } from '../../require.ts'
import { makeOffice } from './office.ts'
import type { Scene } from './scene.ts'
import { makeScene } from './scene.ts'

/** The blocks of shell commands of a document, in the scenes that its directives open, one after the other. */
export const performAll = async (blocks: readonly Block[]): Promise<void> => {
  for (const act of acts(blocks)) {
    const opening = act[0] as Block
    const wantsVcenter = directiveOf(opening, 'vcsim') !== undefined
    if (wantsVcenter && !hasVcsim()) continue
    await using office = wantsVcenter ? await makeOffice() : null
    await using scene = await makeScene(office?.env)
    for (const block of act) {
      const deed = directiveOf(block, 'person')
      if (deed !== undefined) await office?.person(deed)
      await perform(office === null ? scene : office.around(scene), block, directiveOf(opening, 'scene') ?? '.')
    }
  }
}

export const isShell = ({ language }: Block): boolean => language === 'sh' || language === 'console'
export const isRun = (block: Block): boolean => isShell(block) && directiveOf(block, 'not run:') === undefined

/**
 * A block with the directive `scene FOLDER` begins anew, in a fresh copy; its commands run in that folder. With `vcsim` there
 * is a simulated vCenter.
 */
const acts = (blocks: readonly Block[]): readonly (readonly Block[])[] => {
  const all: Block[][] = []
  for (const block of blocks) {
    const last = all.at(-1)
    if (last === undefined || directiveOf(block, 'scene') !== undefined) all.push([block])
    else last.push(block)
  }
  return all
}

const perform = async (scene: Scene, block: Block, folder: string): Promise<void> => {
  await prepare(scene, block)
  const exit = Number(directiveOf(block, 'exit') ?? '0')
  const steps = block.language === 'console' ? session(block.text) : [{ script: block.text, shown: null }]
  for (const [i, { script, shown }] of steps.entries()) {
    const { code, out } = await scene.run(script, { folder })
    const said = { at: placeOf(block), script, out }
    expect({ ...said, code }).toEqual({ ...said, code: i === steps.length - 1 ? exit : 0 })
    if (shown !== null) compare(block, shown, normal(scene, out))
  }
}

/** `edit FILE: OLD => NEW` and `before: COMMAND` happen before the block; a reader does them by hand. */
const prepare = async (scene: Scene, block: Block): Promise<void> => {
  const edit = /^(\S+): (.*) => (.*)$/.exec(directiveOf(block, 'edit') ?? '')
  if (edit !== null) await scene.edit(edit[1] ?? '', (text) => text.replace(edit[2] ?? '', edit[3] ?? ''))
  const before = directiveOf(block, 'before:')
  if (before === undefined) return
  const { code, out } = await scene.run(before)
  const said = { at: placeOf(block), before, out }
  expect({ ...said, code }).toEqual({ ...said, code: 0 })
}

/** `$ command` lines and what is shown under each. */
const session = (text: string): readonly { readonly script: string; readonly shown: string }[] =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n')
      return end === -1 ? { script: part, shown: '' } : { script: part.slice(0, end), shown: part.slice(end + 1) }
    })

/** A shown line `...` stands for any lines. */
const compare = (block: Block, shown: string, out: string): void => {
  const pieces = clean(shown).split(/^\.\.\.$/m)
  const pattern = pieces.map((piece) => piece.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join(String.raw`[^]*`)
  if (new RegExp(`^${pattern}$`).test(out.trim())) return
  expect(`${placeOf(block)}\n${out.trim()}`).toBe(`${placeOf(block)}\n${shown.trim()}`)
}

/** What differs from run to run, in one form: ids, ports, times, the folder. */
const normal = (scene: Scene, out: string): string =>
  clean(
    out.replaceAll(scene.directory, '~/forge').replaceAll(/\b\d{5}\b/g, (digits) => {
      const offset = Number(digits) - scene.port
      return offset >= 0 && offset < 40 ? String(8080 + offset) : digits
    }),
  )

const clean = (text: string): string =>
  text
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID')
    .replaceAll(/\b(plan|lineage) [0-9a-f]{8}\b/g, '$1 ID')
    .replaceAll(/\b\d+s elapsed/g, 'Ns elapsed')
    .replaceAll(/\bafter \d+s/g, 'after Ns')
    .replaceAll(/\b(pid:? *|process )\d+/g, '$1PID')
    .replaceAll(/[ \t]+$/gm, '')
