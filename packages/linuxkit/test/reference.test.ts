import { describe, expect, it } from 'vitest'
import { readReference } from '../src/index.ts'

const sha = `sha256:${'a1'.repeat(32)}`

describe('references', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest', false],
    ['nginx:1.27', 'docker.io/library/nginx:1.27', true],
    ['docker.io/nginx:1', 'docker.io/library/nginx:1', true],
    ['index.docker.io/library/nginx:1', 'docker.io/library/nginx:1', true],
    ['linuxkit/kernel:6.6.71', 'docker.io/linuxkit/kernel:6.6.71', true],
    ['localhost/a', 'localhost/a:latest', false],
    ['localhost:5000/a:1', 'localhost:5000/a:1', true],
    ['Host/a:1', 'Host/a:1', true],
    ['[::1]:5000/a:1', '[::1]:5000/a:1', true],
    ['ghcr.io/a/b__c.d-e---f:x_1', 'ghcr.io/a/b__c.d-e---f:x_1', true],
    [`nginx@${sha}`, `docker.io/library/nginx@${sha}`, true],
    [`nginx:latest@${sha}`, `docker.io/library/nginx:latest@${sha}`, true],
  ])('%s is %s', (written, resolved, pinned) => {
    expect(readReference(written)).toMatchObject({ ok: true, reference: { resolved, pinned } })
  })

  it.each([
    '',
    'Nginx',
    'a/B',
    'a//b',
    '/a',
    'a/',
    'a:',
    'a: b',
    'a b',
    ':1',
    'a:-x',
    'a@',
    'a@sha256:1234',
    `a@${sha.toUpperCase()}`,
    `a@${sha}@${sha}`,
    'a___b',
    'a.-b',
    '-a',
    '-host.com/a',
    'ho_st.com/a',
    'a'.repeat(64),
    'a'.repeat(256),
    `x/${'a-'.repeat(40_000)}`,
    '@pkg:',
    'a\n',
  ])('%j is refused with a reason', (written) => {
    const read = readReference(written)
    expect(read.ok).toBe(false)
    expect(read.ok ? '' : read.why).toMatch(/^[\S ]+\.$/)
  })
})
