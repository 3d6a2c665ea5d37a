import type { Picture } from './picture.ts'
import type { Surface } from './surface.ts'

/** Opens a picture of a run. */
export type DrawPicture = (surface: Surface) => Picture

/** Loads React and Ink: about half a second the first time, nothing after that. */
export const loadPicture = async (): Promise<DrawPicture> => (await forUsers(() => import('./picture.ts'))).drawPicture

// React decides by NODE_ENV, when it is loaded, whether it keeps measures of every frame for developers; Ink by DEV
// whether it looks for its debugger. Neither is what a user of forge asked for, and neither must reach child processes.
const forUsers = async <T>(load: () => Promise<T>): Promise<T> => {
  const { NODE_ENV, DEV } = process.env
  process.env['NODE_ENV'] = 'production'
  delete process.env['DEV']
  try {
    return await load()
  } finally {
    restore('NODE_ENV', NODE_ENV)
    restore('DEV', DEV)
  }
}

const restore = (name: string, value: string | undefined): void => {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}
