import { join } from 'node:path'
import type { ImageFiles, ImageHost, ImageMaker } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { stateFolder } from '../begin.ts'
import type { Invocation } from '../invocation.ts'

/** Where images are made: beside the configuration, and kept in the state's folder. */
export const imageHost = (invocation: Invocation): ImageHost => ({
  directory: invocation.directory,
  cache: join(stateFolder(invocation), 'images'),
  signal: invocation.shell.interrupts.stop,
})

/** What providers make images with. */
export const imageFiles = (host: ImageHost, makers: ReadonlyMap<string, ImageMaker>): ImageFiles => ({
  make: (inputs, call) => {
    const maker = makers.get(inputs.plugin)
    if (maker === undefined) throw new ProviderError('internal', `There is no image plugin ${inputs.plugin}.`)
    return maker.make(inputs, host, call)
  },
})
