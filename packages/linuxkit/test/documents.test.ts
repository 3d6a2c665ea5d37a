import { describe, expect, it } from 'vitest'
import { docker2018, dockerNow, minimal, sshd, sshd2018 } from './fixtures.ts'
import { diagnosticsOf, documentOf, imageOf } from './reading.ts'

describe('files of today and of 2018', () => {
  it.each([
    ['docker', dockerNow, []],
    ['docker of 2018', docker2018, ['FORGE1304']],
    ['minimal', minimal, []],
    ['sshd', sshd, []],
    ['sshd of 2018', sshd2018, ['FORGE1304']],
  ])('%s is read', (_, text, warnings) => {
    const found = diagnosticsOf(text)
    expect(found.map(({ detail }) => detail).filter((_each, at) => found[at]?.severity === 'error')).toEqual([])
    expect(found.map(({ code }) => code)).toEqual(warnings)
  })

  it('gives typed values', () => {
    const { kernel, services, files, volumes } = imageOf(dockerNow)
    expect(kernel.cmdline).toBe('console=tty0 console=ttyS0')
    expect(services.map(({ name }) => name)).toEqual(['getty', 'rngd', 'docker'])
    expect(services[2]?.settings).toMatchObject({ net: 'host', capabilities: ['all'] })
    expect(files[0]).toEqual({ path: 'var/lib/docker', directory: true, mode: '0711' })
    expect(volumes).toEqual([{ name: 'cache' }])
  })

  it('keeps ${...} as the text that it is for the guest', () => {
    expect(imageOf("files:\n  - path: a\n    contents: 'echo ${HOME} $${x}'\n").files[0]?.contents).toBe('echo ${HOME} $${x}')
  })
})

describe('several files', () => {
  const base = 'kernel: {image: "k/a:1", cmdline: one, tar: none}\ninit: [i/a:1]\nservices:\n  - {name: a, image: "s/a:1"}\n'
  const more = 'kernel: {image: "k/b:2", cmdline: ""}\ninit: [i/b:1]\nservices:\n  - {name: b, image: "s/b:1", uid: a}\n'

  it('are merged in the order given: the kernel field by field, lists one after the other', () => {
    const image = imageOf(base, more)
    expect(image.kernel).toEqual({ image: 'k/b:2', cmdline: 'one', tar: 'none' })
    expect(image.init).toEqual(['i/a:1', 'i/b:1'])
    expect(imageOf(more, base).init).toEqual(['i/b:1', 'i/a:1'])
  })

  it('share their containers and volumes', () => {
    expect(diagnosticsOf(more).map(({ code }) => code)).toEqual(['FORGE1311'])
    expect(diagnosticsOf(base, more)).toEqual([])
    expect(diagnosticsOf('volumes:\n  - name: v\n', 'services:\n  - {name: a, image: "x:1", binds: ["v:/x"]}\n')).toEqual([])
  })

  it('keep their places: each reference knows its file', () => {
    const { references } = documentOf(base, more)
    expect(references.map(({ path, written, span }) => [span.file, path, written])).toEqual([
      ['b.yml', 'kernel.image', 'k/b:2'],
      ['a.yml', 'init[0]', 'i/a:1'],
      ['b.yml', 'init[0]', 'i/b:1'],
      ['a.yml', 'services[0].image', 's/a:1'],
      ['b.yml', 'services[0].image', 's/b:1'],
    ])
    for (const { written, span } of references) expect((span.file === 'a.yml' ? base : more).slice(span.start, span.end)).toContain(written)
  })
})

describe('local files', () => {
  it('are named with what is to be known of them', () => {
    const { localFiles } = documentOf(sshd)
    const [only] = localFiles
    expect(localFiles).toMatchObject([{ source: '~/.ssh/id_rsa.pub', inHome: true, optional: true }])
    expect(sshd.slice(only?.span.start, only?.span.end)).toBe('~/.ssh/id_rsa.pub')
  })

  it('are required where it is not said that they are optional', () => {
    expect(documentOf('files:\n  - {path: a, source: b/c}\n').localFiles).toMatchObject([{ source: 'b/c', inHome: false, optional: false }])
  })
})
