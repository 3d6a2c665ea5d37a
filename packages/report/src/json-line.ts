import { canonicalJson } from '@forgeplan/model'
import { visibleJson } from './escape.ts'

/** Canonical JSON that may be printed anywhere. */
export const jsonLine = (value: unknown): string => visibleJson(canonicalJson(value))
