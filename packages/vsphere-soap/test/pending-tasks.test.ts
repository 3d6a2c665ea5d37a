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

it('those of which nothing was heard between two looks are quiet, and those that came since are not', () => {
  const tasks = new PendingTasks()
  const others = ['task-2', 'task-3'].map((value) => ({ ...ref, value }))
  for (const each of [ref, ...others]) tasks.add(each, 'Task', listener())
  expect(tasks.quiet()).toEqual([])
  tasks.hear(ref)
  tasks.add({ ...ref, value: 'task-4' }, 'Task', listener())
  expect(tasks.quiet()).toEqual(others)
})
