import { version } from './version.ts'

const argv = process.argv.slice(2)

// The fast path: nothing else is loaded for it.
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V' || argv[0] === 'version')) {
  process.stdout.write(`forge ${version}\n`)
} else {
  const { runHere } = await import('./here.ts')
  process.exitCode = await runHere(argv)
}
