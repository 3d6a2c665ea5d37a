import { Worker } from 'node:worker_threads'

/** Ends this process when the main thread hangs in one case: nothing in the thread itself could. */
export interface Watchdog extends Disposable {
  /** A new case begins; `label` is printed if it never ends. */
  next(label: string): void
}

const hangMs = 60_000

const source = `
const { parentPort, workerData } = require('node:worker_threads')
let timer, last = ''
parentPort.on('message', (label) => {
  last = label
  clearTimeout(timer)
  timer = setTimeout(() => {
    require('node:fs').writeSync(2, 'It hangs: ' + last + '\\n')
    process.kill(process.pid, 'SIGKILL')
  }, workerData)
})`

export const watchdog = (): Watchdog => {
  const worker = new Worker(source, { eval: true, workerData: hangMs })
  worker.unref()
  return { next: (label) => worker.postMessage(label), [Symbol.dispose]: () => void worker.terminate() }
}
