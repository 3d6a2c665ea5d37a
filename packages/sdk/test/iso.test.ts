import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IsoError, readIso, writeIso } from '../src/iso/index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const cidata = { label: 'cidata', files: { 'user-data': bytes('#!/bin/sh\necho hi\n'), 'meta-data': bytes('{}') } }

describe('an ISO image', () => {
  it('gives back the files under their own names', () => {
    const files = readIso(writeIso(cidata))
    expect([...files.keys()]).toEqual(['meta-data', 'user-data'])
    expect(files.get('user-data')).toEqual(cidata.files['user-data'])
  })

  it('is the same bytes for the same content, whatever the order of the files', () => {
    const turned = { label: 'cidata', files: { 'meta-data': cidata.files['meta-data'], 'user-data': cidata.files['user-data'] } }
    expect(writeIso(turned)).toEqual(writeIso(cidata))
  })

  it('has the structure of ECMA-119', () => {
    const image = writeIso(cidata)
    const view = new DataView(image.buffer)
    const at = (sector: number): number => sector * 2048
    const name = (sector: number): string => String.fromCharCode(...image.subarray(at(sector) + 1, at(sector) + 6))
    expect([16, 17, 18].map((sector) => [image[at(sector)], name(sector)])).toEqual([
      [1, 'CD001'],
      [2, 'CD001'],
      [255, 'CD001'],
    ])
    for (const sector of [16, 17]) {
      expect(view.getUint32(at(sector) + 80, true) * 2048).toBe(image.length)
      expect(view.getUint32(at(sector) + 84, false) * 2048).toBe(image.length)
      const root = view.getUint32(at(sector) + 156 + 2, true)
      expect(image[at(sector) + 156]).toBe(34)
      expect(view.getUint32(at(view.getUint32(at(sector) + 140, true)) + 2, true)).toBe(root)
      expect(view.getUint32(at(view.getUint32(at(sector) + 148, false)) + 2, false)).toBe(root)
    }
    expect(String.fromCharCode(...image.subarray(at(16) + 40, at(16) + 72))).toBe('cidata'.padEnd(32))
  })

  it('holds any files, an empty one and more than one sector of names too', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._ -]{0,59}$/)
    const content = fc.dictionary(name, fc.uint8Array({ maxLength: 5000 }), { maxKeys: 60, noNullPrototype: true })
    fc.assert(
      fc.property(content, (files) => {
        const back = readIso(writeIso({ label: 'cidata', files }))
        expect(Object.fromEntries(back)).toEqual(files)
      }),
      { numRuns: 100 },
    )
  })

  it('refuses names and labels that do not fit', () => {
    for (const name of ['', '..', 'a/b', 'x'.repeat(65), 'nul\0'])
      expect(() => writeIso({ label: 'cidata', files: { [name]: bytes('') } })).toThrow(IsoError)
    expect(() => writeIso({ label: 'no spaces', files: {} })).toThrow(IsoError)
  })

  it('is read without trust: damaged bytes give an IsoError or files, never a crash', () => {
    const image = writeIso(cidata)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 32768, max: image.length - 1 }), fc.integer({ min: 0, max: 255 }))), (damage) => {
        const copy = image.slice()
        for (const [at, value] of damage) copy[at] = value
        try {
          readIso(copy)
        } catch (error) {
          expect(error).toBeInstanceOf(IsoError)
        }
      }),
      { numRuns: 300 },
    )
    expect(() => readIso(new Uint8Array(100))).toThrow(IsoError)
  })

  it.skipIf(!existsSync('/usr/sbin/blkid'))('is recognised by blkid with its label', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forge-iso-'))
    try {
      await writeFile(join(folder, 'data.iso'), writeIso(cidata))
      const seen = execFileSync('/usr/sbin/blkid', ['-p', join(folder, 'data.iso')], { encoding: 'utf8' })
      expect(seen).toContain('TYPE="iso9660"')
      expect(seen).toContain('LABEL="cidata"')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
