import type { Progress } from '@forgeplan/report'
import { screen } from '@forgeplan/report'
import { eraseText } from './erase.ts'
import { openSheet } from './sheet.tsx'
import type { Surface } from './surface.ts'

/** A live picture of a run. */
export interface Picture {
  /** The newest progress; it is drawn with the next frame. */
  show(progress: Progress): void
  /** Running calls are being cut off. */
  aborting(): void
  /** Draws a last frame, leaves it standing and draws nothing until the result is called; then a new one below what was written. */
  putAside(): Promise<() => void>
  /** Draws the last frame and leaves it standing. */
  close(): Promise<void>
}

/** Frames are at least so far apart. */
const frameMs = 125
/** And drawing them takes at most this share of the time: the run comes first. */
const share = 0.1

export const drawPicture = (surface: Surface): Picture => {
  let sheet = openSheet(surface)
  let drawn = 0
  let latest: Progress | null = null
  let aborting = false
  let aside = false
  let closed = false
  const draw = (): void => {
    if (latest === null || aside) return
    const { columns: width, rows } = sheet
    // With a row to spare Ink never has to clear the whole terminal.
    const frame = screen(latest, { width, height: Math.max(1, rows - 1), now: surface.now(), glyphs: surface.glyphs, aborting })
    sheet.paint(frame)
    drawn = frame.length
  }
  const renew = (): void => {
    sheet.drop()
    sheet = openSheet(surface)
    draw()
  }
  const resized = (): void => {
    surface.write(eraseText(drawn, sheet, surface.size()))
    renew()
  }
  const back = (): void => {
    if (!aside) return
    aside = false
    renew()
  }
  const finish = async (): Promise<void> => {
    draw()
    // Ink loses a frame that is drawn in the tick in which it ends.
    await new Promise((resolve) => setImmediate(resolve))
    sheet.leave()
  }
  const putAside = async (): Promise<() => void> => {
    await finish()
    aside = !closed
    return back
  }
  const unlessAside = (action: () => void) => (): void => {
    if (!aside) action()
  }
  const suspended = { before: unlessAside(() => sheet.leave()), after: unlessAside(renew) }
  const endings = [surface.onResize(unlessAside(resized)), surface.onSuspend(suspended), often(draw)]
  return {
    show: (progress) => void (latest = progress),
    aborting: () => void (aborting = true),
    putAside,
    close: async () => {
      for (const end of endings) end()
      back()
      closed = true
      await finish()
    },
  }
}

// Ink needs some milliseconds for each full screen, and on a busy computer many.
const often = (draw: () => void): (() => void) => {
  const next = (): void => {
    const before = performance.now()
    draw()
    timer = setTimeout(next, Math.max(frameMs, (performance.now() - before) / share))
  }
  let timer = setTimeout(next, frameMs)
  return () => clearTimeout(timer)
}
