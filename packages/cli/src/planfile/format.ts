/** Names the layout of a plan file; another layout gets another name. */
export const planFileFormat = 'forge.plan-file/v1'

/** No plan file is larger, bytes: some 200,000 machines. */
export const planFileLimit = 268_435_456
