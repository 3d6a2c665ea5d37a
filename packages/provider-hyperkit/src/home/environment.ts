import { dirname, resolve } from 'node:path'
import { fileNames } from './home.ts'
import type { MetaData } from './spec.ts'

/** The environment of everything that runs inside a machine: nothing of forge's own, and `node` can be found. */
export const guestEnvironment = (directory: string, meta: MetaData): NodeJS.ProcessEnv => ({
  PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin`,
  HOME: resolve(directory, fileNames.guest),
  LANG: 'C.UTF-8',
  FORGE_MEMBER: meta.hostname,
  ...(meta.port === null ? {} : { PORT: String(meta.port) }),
  ...meta.environment,
})
