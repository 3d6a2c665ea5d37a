import { formatDuration } from '@forgeplan/model'

/** A span of time for people, in whole seconds. */
export const ago = (ms: number): string => formatDuration(Math.max(0, Math.round(ms / 1000)) * 1000)
