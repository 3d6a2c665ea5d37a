import { expect, it, vi } from 'vitest'
import { PendingTasks } from '../src/tasks/pending.ts'

const ref = { type: 'Task', value: 'task-1' }
const listener = (onProgress?: (percent: number) => void) => ({ onProgress, resolve: vi.fn(), reject: vi.fn() })

it('who cannot be told of progress has failed, and nobody else who waits for the task', () => {
  const tasks = new PendingTasks()
  const broken = listener(() => {
    throw new Error('no screen')
  })
  const told = vi.fn()
  const other = listener(told)
  for (const each of [broken, other]) tasks.add(ref, 'Task', each)
  expect(tasks.tell(ref, [['info.progress', 40]])).toBe(false)
  expect(broken.reject).toHaveBeenCalledWith(new Error('no screen'))
  expect(told).toHaveBeenCalledWith(40)
  expect(tasks.tell(ref, [['info.state', 'success']])).toBe(true)
  expect(other.resolve).toHaveBeenCalledOnce()
  expect(other.reject).not.toHaveBeenCalled()
})

it('who comes when the end has been told, and those before have not gone yet, is told at once', () => {
  const tasks = new PendingTasks()
  tasks.add(ref, 'Task', listener())
  tasks.tell(ref, [
    ['info.state', 'success'],
    ['info.result', 'vm-1'],
  ])
  const late = listener()
  expect(tasks.add(ref, 'Task', late)).toBe(false)
  expect(late.resolve).toHaveBeenCalledWith('vm-1')
})

it('those of which nothing was heard between two looks are due to be asked, and more and more seldom', () => {
  const tasks = new PendingTasks()
  const [one, other] = ['task-1', 'task-2'].map((value) => ({ ...ref, value })) as [typeof ref, typeof ref]
  tasks.add(one, 'Task', listener())
  expect(tasks.takeQuiet()).toEqual([])
  tasks.add(other, 'Task', listener())
  expect([tasks.isQuiet(one), tasks.takeQuiet(), tasks.isQuiet(one)]).toEqual([false, [one], true])
  tasks.hear(one)
  const due = Array.from({ length: 20 }, () => tasks.takeQuiet())
  expect(due.flatMap((refs, look) => (refs.includes(other) ? [look] : []))).toEqual([0, 1, 3, 7, 15])
  expect(due.flatMap((refs, look) => (refs.includes(one) ? [look] : []))).toEqual([1, 2, 4, 8, 16])
})
