import { expect, test } from 'vitest'
import { makeSecrets } from '../src/shell/secrets.ts'

const redacted = (secret: string, text: string): string => {
  const secrets = makeSecrets()
  secrets.add(secret)
  return secrets.redact(text)
}

test('a short secret is blanked out as a whole word and leaves other words alone', () => {
  expect(redacted('test', 'latest tests of test, user:test@host "test" testing')).toBe(
    'latest tests of (sensitive), user:(sensitive)@host "(sensitive)" testing',
  )
})

test.each([
  ['test', '\u001b[31mtest\u001b[0m'],
  ['test', JSON.stringify('a\ntest\tb')],
  ['test', JSON.stringify('\u0007test')],
  ['test', 'q=a%20test&x'],
  ['test', 'token_test_1'],
  ['a$b!', 'xa$b!'],
  ['$a-1', 'x$a-1'],
  ['äöüß', 'x=äöüß'],
])('the short secret %j does not come through in %j', (secret, text) => {
  expect(redacted(secret, text)).toContain('(sensitive)')
})

test('a longer secret is blanked out wherever it stands', () => {
  expect(redacted('hunter2x', 'ahunter2xb')).toBe('a(sensitive)b')
})

test('what was blanked out is not searched again', () => {
  const secrets = makeSecrets()
  for (const secret of ['sensitive', 'a longer secret']) secrets.add(secret)
  expect(secrets.redact('a longer secret')).toBe('(sensitive)')
})
