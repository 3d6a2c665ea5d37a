import { describe, expect, it } from 'vitest'
import { fieldCases, objectCases, sampleOf, wrongFor } from './fields.ts'
import { diagnosticsOf, read } from './reading.ts'

// So that a field cannot vanish from the table unseen: what the reference of linuxkit 1.8 names.
const expected = [
  'kernel init onboot onshutdown services volumes files trust',
  'name image capabilities capabilities.add ambient mounts binds binds.add devices tmpfs command env cwd net pid ipc uts userns hostname readonly maskedPaths readonlyPaths uid gid additionalGids noNewPrivileges oomScoreAdj rootfsPropagation cgroupsPath resources sysctl rlimits uidMappings gidMappings annotations runtime',
  'image cmdline binary tar ucode',
  'name image readonly format platforms',
  'path directory symlink contents source metadata optional mode uid gid',
] as const

describe('the schema', () => {
  it('names the keys of linuxkit', () => {
    const keysUnder = (prefix: string): string =>
      fieldCases
        .map(({ path }) => path)
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length))
        .filter((rest) => /^(\w+|capabilities\.add|binds\.add)$/.test(rest))
        .join(' ')
    expect(['', 'services[].', 'kernel.', 'volumes[].', 'files[].'].map(keysUnder)).toEqual(expected)
    expect(keysUnder('onboot[].')).toBe(expected[1])
    expect(keysUnder('onshutdown[].')).toBe(expected[1])
  })

  it.each(fieldCases)('$path is accepted', ({ name, schema, write }) => {
    const result = read(write(sampleOf(name, schema)))
    expect(result.ok ? [] : result.problems).toEqual([])
  })

  it.each(fieldCases)('$path is refused with a value of another kind, where it stands', ({ path, schema, write }) => {
    for (const wrong of wrongFor(schema)) {
      const text = write(wrong)
      const errors = diagnosticsOf(text).filter(({ severity }) => severity === 'error')
      const of = errors.filter(({ code }) => code === 'FORGE1014' || code === 'FORGE1015')
      expect([path, wrong, of.length > 0]).toEqual([path, wrong, true])
      expect(of[0]?.detail.replaceAll(/\[\d+\]/g, '[]')).toContain(path)
      expect(of[0]?.span?.file).toBe('a.yml')
    }
  })

  it.each(objectCases)('an unknown key of $path is refused', ({ path, write }) => {
    const text = write('nosuchkey')
    const problem = diagnosticsOf(text).find(({ code }) => code === 'FORGE1012')
    expect(text.slice(problem?.span?.start, problem?.span?.end)).toBe('"nosuchkey"')
    expect(problem?.detail.replaceAll(/\[\d+\]/g, '[]')).toContain(path)
  })

  it('a misspelt key names the one that was meant', () => {
    const [problem] = diagnosticsOf('services:\n  - name: a\n    image: a/b:1\n    comand: [x]\n')
    expect(problem?.detail).toContain('Did you mean "command"?')
  })

  it('a container needs a name and an image', () => {
    expect(diagnosticsOf('onboot:\n  - binds: [/a:/b]\n').map(({ code }) => code)).toEqual(['FORGE1013', 'FORGE1013'])
  })

  it('bare digits of a mode are refused, since they would be read as a decimal number', () => {
    const [problem] = diagnosticsOf('files:\n  - path: a\n    contents: x\n    mode: 0644\n')
    expect(problem?.detail).toContain('Put it in quotes')
  })
})
