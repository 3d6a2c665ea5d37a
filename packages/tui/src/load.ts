import type { Picture } from './picture.ts'
import type { Surface } from './surface.ts'

/** Opens a picture of a run. */
export type DrawPicture = (surface: Surface) => Picture

/** Loads React and Ink: about half a second the first time, nothing after that. */
export const loadPicture = async (): Promise<DrawPicture> => (await forUsers(() => import('./picture.ts'))).drawPicture

// React decides by NODE_ENV, when it is loaded, whether it keeps measures of every frame for developers; Ink by DEV
// whether it looks for its debugger. Neither is what a user of forge asked for, and neither must reach child processes.
// By CI and CONTINUOUS_INTEGRATION Ink decides to draw nothing but the last frame; whether there is a picture was decided before.
const forUsers = async <T>(load: () => Promise<T>): Promise<T> => {
  const { NODE_ENV, DEV, CI, CONTINUOUS_INTEGRATION } = process.env
  process.env['NODE_ENV'] = 'production'
  delete process.env['DEV']
  delete process.env['CI']
  delete process.env['CONTINUOUS_INTEGRATION']
  try {
    return await load()
  } finally {
    restore('NODE_ENV', NODE_ENV)
    restore('DEV', DEV)
    restore('CI', CI)
    restore('CONTINUOUS_INTEGRATION', CONTINUOUS_INTEGRATION)
  }
}

const restore = (name: string, value: string | undefined): void => {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}
