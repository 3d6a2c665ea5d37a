import type { GlyphSet } from '@forgeplan/report'
import type { Invocation } from '../invocation.ts'
import type { Screen } from '../shell/terminal.ts'
import type { ApplyChoices } from '../syntax/plan-options.ts'
import { conciseView } from './concise.ts'
import { jsonView } from './json.ts'
import { linesView } from './lines.ts'
import type { RunView } from './run-view.ts'

/** How a run is shown. */
export type ViewChoice =
  | { readonly kind: 'json' }
  | { readonly kind: 'concise' }
  | { readonly kind: 'lines' }
  | { readonly kind: 'picture'; readonly screen: Screen; readonly glyphs: GlyphSet }

type Asked = Pick<ApplyChoices, 'json' | 'concise' | 'plain'>

/** Narrower than this, a picture has no room for words. */
const fewestColumns = 40

/** A picture where somebody watches a terminal that can redraw; else lines. Pure but for the size of the terminal. */
export const chooseView = ({ terminal: { screen }, shell: { env } }: Pick<Invocation, 'terminal' | 'shell'>, asked: Asked): ViewChoice => {
  if (asked.json === true) return { kind: 'json' }
  if (asked.concise === true) return { kind: 'concise' }
  if (asked.plain === true || screen === null || cannotRedraw(env) || screen.size().columns < fewestColumns) return { kind: 'lines' }
  return { kind: 'picture', screen, glyphs: glyphsOf(env) }
}

type Env = Readonly<Record<string, string | undefined>>

// A trace on standard error would be written into the picture, and a screen reader would read every frame anew.
const cannotRedraw = (env: Env): boolean =>
  (env['TERM'] || 'dumb') === 'dumb' || isSet(env['CI']) || isSet(env['FORGE_LOG']) || env['INK_SCREEN_READER'] === 'true'

const isSet = (value: string | undefined): boolean => value !== undefined && !['', '0', 'false'].includes(value)

// The console of Linux has a small font.
const glyphsOf = (env: Env): GlyphSet =>
  env['TERM'] !== 'linux' && /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '') ? 'unicode' : 'ascii'

/** Loads what the view will need, while somebody reads the question; what goes wrong is told when it is opened. */
export const warmUp = (invocation: Pick<Invocation, 'terminal' | 'shell'>, asked: Asked): void => {
  if (chooseView(invocation, asked).kind === 'picture')
    void import('./picture.ts').then(({ loadPicture }) => loadPicture()).catch(() => undefined)
}

/** Opens the view that fits; a picture loads its library first. */
export const openView = async (invocation: Pick<Invocation, 'terminal' | 'shell'>, asked: Asked): Promise<RunView> => {
  const choice = chooseView(invocation, asked)
  switch (choice.kind) {
    case 'json':
      return jsonView(invocation.terminal)
    case 'concise':
      return conciseView(invocation.terminal)
    case 'lines':
      return linesView(invocation.terminal)
    case 'picture': {
      const { pictureView } = await import('./picture.ts')
      return pictureView(invocation.terminal, choice.screen, choice.glyphs)
    }
    default:
      return choice satisfies never
  }
}
