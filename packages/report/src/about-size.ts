/** A size in bytes for people, to a tenth of a MiB: `14.2 MiB`. What programs read has the bytes. */
export const aboutSize = (bytes: number): string =>
  bytes < 2 ** 20 ? `${String(Math.ceil(bytes / 2 ** 10))} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`
