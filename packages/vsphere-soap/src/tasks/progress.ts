import { isA } from '../codec/is-a.ts'
import { VsphereFault } from '../error.ts'

/** The properties of a task that are read. */
export const taskPaths = ['info.state', 'info.progress', 'info.error', 'info.result'] as const

/** What is known of a task. */
export type Progress =
  | { readonly state: 'pending'; readonly percent: number | null }
  | { readonly state: 'success'; readonly result: unknown }
  | { readonly state: 'error'; readonly fault: VsphereFault }

/** What the properties of a task mean, all that have been told so far; `what` it does, for its fault. */
export const progressOf = (what: string, values: ReadonlyMap<string, unknown>): Progress => {
  switch (values.get('info.state')) {
    case 'success':
      return { state: 'success', result: values.get('info.result') }
    case 'error':
      return { state: 'error', fault: faultOf(what, values.get('info.error')) }
    default: {
      const percent = values.get('info.progress')
      return { state: 'pending', percent: typeof percent === 'number' ? percent : null }
    }
  }
}

/** That the server does not know a task any more; it forgets them some minutes after their end. */
export const forgotten = (task: string): VsphereFault =>
  new VsphereFault('Task', 'ManagedObjectNotFound', `The server does not know ${task} any more; what became of it has to be looked up`, {
    $type: 'ManagedObjectNotFound',
    obj: { type: 'Task', value: task },
  })

const faultOf = (what: string, error: unknown): VsphereFault => {
  if (!isA(error, 'LocalizedMethodFault')) return new VsphereFault(what, 'MethodFault', '', { $type: 'MethodFault' })
  const { fault, localizedMessage } = error
  return new VsphereFault(what, fault.$as ?? fault.$type ?? 'MethodFault', localizedMessage ?? '', fault)
}
