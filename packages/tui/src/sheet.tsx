import type { ScreenRow } from '@forgeplan/report'
import { render } from 'ink'
import { Frame } from './frame.tsx'
import { Paper } from './paper.ts'
import type { Surface } from './surface.ts'

/** One mounted frame on a terminal of one size. */
export interface Sheet {
  readonly columns: number
  readonly rows: number
  paint(rows: readonly ScreenRow[]): void
  /** Leaves the last frame standing, with the cursor below it. */
  leave(): void
  /** Forgets the frame without writing anything. */
  drop(): void
}

export const openSheet = (surface: Surface): Sheet => {
  const paper = new Paper(surface)
  // Ink asks its stream for no more than Paper has.
  const stdout = paper as unknown as NodeJS.WriteStream
  const ink = render(null, { stdout, exitOnCtrlC: false, patchConsole: false, maxFps: 30 })
  return {
    columns: paper.columns,
    rows: paper.rows,
    paint: (rows) => ink.rerender(<Frame rows={rows} color={surface.color} />),
    leave: () => ink.unmount(),
    drop: () => {
      paper.mute()
      ink.unmount()
    },
  }
}
