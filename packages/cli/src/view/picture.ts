import { systemClock } from '@forgeplan/engine'
import type { GlyphSet } from '@forgeplan/report'
import type { Screen, Terminal } from '../shell/terminal.ts'
import type { RunView } from './run-view.ts'

/** A picture of the run that is redrawn in place; afterwards its last frame and the report stand in the terminal. */
export const pictureView = async (terminal: Terminal, screen: Screen, glyphs: GlyphSet): Promise<RunView> => {
  const { openPicture } = await import('@forgeplan/tui')
  const picture = await openPicture({
    ...screen,
    write: (text) => terminal.out(text),
    now: () => systemClock.now(),
    color: terminal.outColor,
    glyphs,
  })
  return {
    event: (_, seen) => picture.show(seen),
    aborting: () => picture.aborting(),
    end: async (report) => {
      await picture.close()
      terminal.out(report)
    },
  }
}
