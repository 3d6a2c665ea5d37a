/** An image that cannot be written as asked, or bytes that are no image; the message names no content. */
export class IsoError extends Error {
  override readonly name = 'IsoError'
}
