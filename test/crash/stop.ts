import { expect } from 'vitest'
import type { ApplyOptions, Lab } from '@forgeplan/testkit'
import { Crash } from '@forgeplan/testkit'

/**
 * Applies and is stopped dead at that boundary (from 1); true if it came to its end before. What the platform had been
 * told by then it does all the same: those calls end, and creations go on.
 */
export const stopAt = async (lab: Lab, at: number, options: ApplyOptions = {}): Promise<boolean> => {
  const ended = await lab.applyUntil(new Crash(at), options)
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
  if (typeof ended === 'string') return false
  expect(ended.outcome).toMatchObject({ result: 'done', failure: null })
  return true
}

/** The boundaries (from 1) that differ in what has been done by then: of looks in a row, the first. */
export const tellingBoundaries = (boundaries: readonly string[]): readonly number[] =>
  boundaries.flatMap((boundary, i) => (isLook(boundary) && isLook(boundaries[i - 1] ?? '') ? [] : [i + 1]))

const isLook = (boundary: string): boolean => /^(before|after) (observe|list|guest) /.test(boundary)
