import { join } from 'node:path'
import type { ImageFiles, ImageHost, ImageMaker } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { stateFolder } from '../begin.ts'
import type { Invocation } from '../invocation.ts'
import { keyed } from './digest.ts'

/** Digits of a keyed digest that stands for a text: enough to tell that it changed. */
const digits = 12

/** Where images are made: beside the configuration, and kept in the state's folder. Without the state's key everything hidden looks alike. */
export const imageHost = (invocation: Invocation, key: Uint8Array | null = null): ImageHost => ({
  directory: invocation.directory,
  cache: join(stateFolder(invocation), 'images'),
  signal: invocation.shell.interrupts.stop,
  hide: (text) => `(hidden${mark(keyed(key, text))})`,
})

const mark = (digest: string | null): string => (digest === null ? '' : ` ${digest.slice(0, digits)}`)

/** What providers make images with. */
export const imageFiles = (host: ImageHost, makers: ReadonlyMap<string, ImageMaker>): ImageFiles => ({
  make: (inputs, call) => {
    const maker = makers.get(inputs.plugin)
    if (maker === undefined) throw new ProviderError('internal', `There is no image plugin ${inputs.plugin}.`)
    return maker.make(inputs, host, call)
  },
})
