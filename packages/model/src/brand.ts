declare const brand: unique symbol

/** A string that only its parser or maker can produce: an address is not just any text. */
export type Brand<Name extends string> = string & { readonly [brand]: Name }
