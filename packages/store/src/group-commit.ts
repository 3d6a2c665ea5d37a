/** Calls of one tick, carried out as one. */
export interface GroupCommit<Item, Result> {
  /** Resolves or rejects with the commit that carried the item; commits keep the order of the calls. */
  submit(item: Item): Promise<Result>
  /** Commits what is waiting, now. */
  flush(): void
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (reason: unknown) => void
}

/** `commit` is synchronous and answers one result per item, or throws for all of them. */
export const groupCommit = <Item, Result>(commit: (items: readonly Item[]) => readonly Result[]): GroupCommit<Item, Result> => {
  let waiting: Waiting<Item, Result>[] = []
  const flush = (): void => {
    const group = waiting
    waiting = []
    if (group.length > 0) settle(group, commit)
  }
  return {
    submit: (item) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush)
        waiting.push({ item, resolve, reject })
      }),
    flush,
  }
}

const settle = <Item, Result>(group: readonly Waiting<Item, Result>[], commit: (items: readonly Item[]) => readonly Result[]): void => {
  try {
    const results = commit(group.map(({ item }) => item))
    group.forEach(({ resolve }, index) => resolve(results[index] as Result))
  } catch (error) {
    group.forEach(({ reject }) => reject(error))
  }
}
