import { systemClock } from '@forgeplan/engine'
import type { GlyphSet } from '@forgeplan/report'
import type { Screen, Terminal } from '../shell/terminal.ts'
import type { DrawPicture } from '@forgeplan/tui'
import type { RunView } from './run-view.ts'

/** Loads the library of the picture: half a second the first time. */
export const loadPicture = async (): Promise<DrawPicture> => (await import('@forgeplan/tui')).loadPicture()

/** A picture of the run that is redrawn in place; afterwards its last frame and the report stand in the terminal. */
export const pictureView = async (terminal: Terminal, screen: Screen, glyphs: GlyphSet): Promise<RunView> => {
  const openPicture = await loadPicture()
  terminal.out('\n')
  const picture = openPicture({
    ...screen,
    write: (text) => terminal.out(text),
    now: () => systemClock.now(),
    color: terminal.outColor,
    glyphs,
  })
  return {
    event: (_, seen) => picture.show(seen),
    aside: async (talk) => {
      const back = await picture.putAside()
      try {
        return await talk()
      } finally {
        back()
      }
    },
    aborting: () => picture.aborting(),
    end: async (report) => {
      await picture.close()
      terminal.out(report)
    },
  }
}
