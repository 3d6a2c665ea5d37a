/** The tool's version; a test holds it equal to `package.json`. Kept here so that `--version` reads no file. */
export const version = '0.1.0'

/** The tool's major version, which a saved plan records. */
export const major = 0
