import { canonicalJson } from '@forgeplan/model'
import type { Container, Image, ImageFile } from '../read/types.ts'
import { completed } from './canonical.ts'
import { fieldLines } from './explain.ts'

/** Digits of a digest that stands in place of a text. */
const digits = 12

// A text of a file that came into another field, such as a script in a command.
const longest = 400

/**
 * The canonical text of an image as lines that may be kept and shown: digests stand in place of what files hold, of the
 * values of environment variables and of long texts.
 */
export const disclosed = (image: Image, hash: (text: string) => string): string => {
  const digestOf = (text: string): string => `(sha256 ${hash(text).slice(0, digits)})`
  const whole = completed(image)
  const shown: Image = {
    ...whole,
    onboot: whole.onboot.map((each) => withoutValues(each, digestOf)),
    onshutdown: whole.onshutdown.map((each) => withoutValues(each, digestOf)),
    services: whole.services.map((each) => withoutValues(each, digestOf)),
    files: whole.files.map((file) => withoutContents(file, digestOf)),
  }
  const short = (_key: string, value: unknown): unknown => (typeof value === 'string' && value.length > longest ? digestOf(value) : value)
  // Its keys are in order, whatever order they were written in.
  return fieldLines(JSON.parse(canonicalJson(shown), short) as Image)
}

const withoutContents = (file: ImageFile, digestOf: (text: string) => string): ImageFile =>
  file.contents === undefined ? file : { ...file, contents: digestOf(file.contents) }

const withoutValues = (container: Container, digestOf: (text: string) => string): Container => {
  const { env } = container.settings
  if (!Array.isArray(env)) return container
  const named = (env as readonly unknown[]).map((item) => {
    const [name = '', ...value] = String(item).split('=')
    return value.length === 0 ? name : `${name}=${digestOf(value.join('='))}`
  })
  return { ...container, settings: { ...container.settings, env: named } }
}
