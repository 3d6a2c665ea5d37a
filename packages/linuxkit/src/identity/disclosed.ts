import { canonicalJson } from '@forgeplan/model'
import type { Container, Image, ImageFile } from '../read/types.ts'
import { completed } from './canonical.ts'
import { fieldLines } from './field-lines.ts'

// A text of a file that came into another field, such as a script in a command.
const longest = 400

/**
 * The canonical text of an image as lines that may be kept and shown: what `hide` makes of them stands in place of what
 * files hold, of the values of environment variables and of long texts.
 */
export const disclosed = (image: Image, hide: (text: string) => string): string => {
  const whole = completed(image)
  const shown: Image = {
    ...whole,
    onboot: whole.onboot.map((each) => withoutValues(each, hide)),
    onshutdown: whole.onshutdown.map((each) => withoutValues(each, hide)),
    services: whole.services.map((each) => withoutValues(each, hide)),
    files: whole.files.map((file) => withoutContents(file, hide)),
  }
  const short = (_key: string, value: unknown): unknown => (typeof value === 'string' && value.length > longest ? hide(value) : value)
  // Its keys are in order, whatever order they were written in.
  return fieldLines(JSON.parse(canonicalJson(shown), short) as Image)
}

const withoutContents = (file: ImageFile, hide: (text: string) => string): ImageFile =>
  file.contents === undefined ? file : { ...file, contents: hide(file.contents) }

const withoutValues = (container: Container, hide: (text: string) => string): Container => {
  const { env } = container.settings
  if (!Array.isArray(env)) return container
  const named = (env as readonly unknown[]).map((item) => {
    const [name = '', ...value] = String(item).split('=')
    return value.length === 0 ? name : `${name}=${hide(value.join('='))}`
  })
  return { ...container, settings: { ...container.settings, env: named } }
}
