import type { Screen } from './terminal.ts'

/** The terminal of this process. */
export const systemScreen: Screen = {
  size: () => ({ columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 }),
  onResize: (listener) => {
    process.stdout.on('resize', listener)
    return () => void process.stdout.off('resize', listener)
  },
  onSuspend: ({ before, after }) => {
    const suspend = (): void => {
      before()
      // The signal itself would come here again; this one stops the process where it is, until the shell lets it go on.
      process.kill(process.pid, 'SIGSTOP')
    }
    process.on('SIGTSTP', suspend)
    process.on('SIGCONT', after)
    return () => {
      process.off('SIGTSTP', suspend)
      process.off('SIGCONT', after)
    }
  },
}
