import type { ScreenRow } from '@forgeplan/report'
import { rowText } from '@forgeplan/report'
import { render } from 'ink-testing-library'
import { createElement } from 'react'
import { expect, test } from 'vitest'
import { Frame } from '../src/frame.tsx'

const rows: readonly ScreenRow[] = [
  [
    { text: 'Applying lab', style: 'bold' },
    { text: '  0/3 done', style: null },
  ],
  [],
  [{ text: '+ group.web/1  creating', style: 'add' }],
  [],
]

test('a frame paints the rows of the report as they are, empty ones too', () => {
  const { lastFrame, unmount } = render(createElement(Frame, { rows, color: false }))
  const painted = lastFrame()?.split('\n')
  expect(painted?.map((line) => line.trimEnd())).toEqual(rows.map(rowText))
  unmount()
})

test('a row that the terminal counts wider is given one line all the same', () => {
  const wide: readonly ScreenRow[] = [[{ text: '✅'.repeat(99), style: 'add' }], [{ text: 'end', style: null }]]
  const { lastFrame, unmount } = render(createElement(Frame, { rows: wide, color: true }))
  expect(lastFrame()?.split('\n')).toHaveLength(2)
  unmount()
})
