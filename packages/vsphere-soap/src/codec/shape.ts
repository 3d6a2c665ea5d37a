import type { Ref } from '../vim/types.ts'

/** Whether a value is an object with fields, and no list. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a value is a reference to a managed object. */
export const isRef = (value: unknown): value is Ref =>
  isObject(value) && typeof value['type'] === 'string' && typeof value['value'] === 'string' && Object.keys(value).length === 2
