import type { Checked, Span } from '@forgeplan/model'
import { bad, checked } from '@forgeplan/model'
import type { Document } from './document.ts'
import { chooseKeys } from './only.ts'
import { Problems } from './problems.ts'
import type { SourceFile } from './source.ts'
import type { Entry, MapNode, Node } from './tree.ts'
import { entriesOf } from './tree.ts'
import { quote } from './wording.ts'
import { treeOf } from './yaml/tree-of.ts'

/** Text to one document: the files' top-level maps are joined, in order of file names. Never throws on input. */
export const parse = (files: readonly SourceFile[]): Checked<Document> => {
  const problems = new Problems()
  const sources = files.toSorted((a, b) => (a.file < b.file ? -1 : 1))
  if (sources.length === 0) {
    problems.error('FORGE1011', undefined, () => 'No file was given. Write a forge.yaml; its first line names the stack: "stack: NAME".')
    return bad(problems.all())
  }
  const roots = sources.map((source) => treeOf(source, 'stack, providers and groups', problems)).filter((root) => root !== null)
  const first: Span = { file: sources[0]?.file ?? '', start: 0, end: 0 }
  const root: MapNode = { kind: 'map', entries: joined(roots, problems), span: roots[0]?.span ?? first }
  const chosen = chooseKeys(root, problems)
  return checked(() => ({ ...chosen, files: sources }), problems.all())
}

const joined = (roots: readonly MapNode[], problems: Problems): ReadonlyMap<string, Entry> => {
  const entries = new Map<string, Entry>()
  for (const entry of roots.flatMap((root) => [...root.entries.values()])) {
    const before = entries.get(entry.key)
    entries.set(entry.key, before === undefined ? entry : { ...before, value: joinedValue(before, entry, problems) })
  }
  return entries
}

const joinedValue = (before: Entry, after: Entry, problems: Problems): Node => {
  const [a, b] = [before.value, after.value]
  if (a.kind === 'list' && b.kind === 'list') return { ...a, items: [...a.items, ...b.items] }
  if (a.kind !== 'map' || b.kind !== 'map') {
    reportTwice(before, after, problems)
    return a
  }
  for (const entry of entriesOf(b)) {
    const first = a.entries.get(entry.key)
    if (first !== undefined) reportTwice(first, entry, problems)
  }
  return { ...a, entries: new Map([...b.entries, ...a.entries]) }
}

const reportTwice = (before: Entry, after: Entry, problems: Problems): void => {
  const detail = `${quote(after.key)} already stands in ${before.keySpan.file}. All files of a configuration are one; remove or rename one of the two.`
  problems.error('FORGE1007', after.keySpan, () => detail, [{ span: before.keySpan, label: 'first defined here' }])
}
