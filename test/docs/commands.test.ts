import { expect, test } from 'vitest'
import { blocksOf, documents, placeOf } from './support/markdown.ts'
import { isRun, isShell, performAll } from './support/perform.ts'
import { forgeCommands, problemsOf } from './support/command-line.ts'

const runnable = documents.filter((document) => blocksOf(document).some(isRun))

test.concurrent.each(runnable)('the commands of %s do what it says', (document) => performAll(blocksOf(document).filter(isRun)), 180_000)

test('the commands that cannot run here are real commands with real options', () => {
  const left = documents.flatMap(blocksOf).filter((block) => isShell(block) && !isRun(block))
  const problems = left.flatMap((block) =>
    forgeCommands(block.text)
      .flatMap(problemsOf)
      .map((problem) => `${placeOf(block)}: ${problem}`),
  )
  expect(problems).toEqual([])
})
