import type { Diagnostic } from '@forgeplan/model'

/** A diagnostic, and the ones like it that are not shown in full. */
export interface FoldedDiagnostic {
  readonly diagnostic: Diagnostic
  readonly others: readonly Diagnostic[]
}

/**
 * Folds errors that are equal in every word, and warnings that say the same of different things (same code and
 * summary) from the third on; order is kept.
 */
export const foldDiagnostics = (diagnostics: readonly Diagnostic[]): readonly FoldedDiagnostic[] => {
  const amounts = new Map<string, number>()
  for (const diagnostic of diagnostics) amounts.set(looseKey(diagnostic), (amounts.get(looseKey(diagnostic)) ?? 0) + 1)
  const folded = new Map<string, { readonly diagnostic: Diagnostic; readonly others: Diagnostic[] }>()
  for (const diagnostic of diagnostics) {
    const loose = diagnostic.severity === 'warning' && (amounts.get(looseKey(diagnostic)) ?? 0) > 2
    const key = loose ? looseKey(diagnostic) : strictKey(diagnostic)
    const same = folded.get(key)
    if (same === undefined) folded.set(key, { diagnostic, others: [] })
    else same.others.push(diagnostic)
  }
  return [...folded.values()]
}

const looseKey = ({ severity, code, summary }: Diagnostic): string => [severity, code, summary].join('\n')

// A warning of the same words at several places is one; errors at different places are each to be mended.
const strictKey = (diagnostic: Diagnostic): string =>
  [
    looseKey(diagnostic),
    diagnostic.detail,
    ...(diagnostic.severity === 'error' ? [diagnostic.address ?? '', diagnostic.span?.file ?? '', diagnostic.span?.start ?? ''] : []),
  ].join('\n')
