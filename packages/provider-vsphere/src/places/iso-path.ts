/** An image as the configuration names it: `[nfs] linuxkit/web.iso`, or without a datastore `linuxkit/web.iso`. */
export interface IsoPath {
  /** Null: the machine's own. */
  readonly datastore: string | null
  /** Of the file's folder, empty for the top. */
  readonly folder: string
  readonly file: string
}

/** Reads it; null where no file is named. */
export const parseIso = (iso: string): IsoPath | null => {
  const [, store, path = ''] = /^\s*(?:\[([^\]]*)\])?\s*(.*?)\s*$/s.exec(iso) ?? []
  const parts = path.split('/')
  const file = parts.pop() ?? ''
  return file === '' ? null : { datastore: store === undefined || store.trim() === '' ? null : store.trim(), folder: parts.join('/'), file }
}
