import { version } from './version.ts'

const argv = process.argv.slice(2)

// The fast path: nothing else is loaded for it.
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V' || argv[0] === 'version')) {
  process.stdout.write(`forge ${version}\n`)
} else {
  const { runHere } = await import('./here.ts')
  // Everything is written and let go of by now. A provider's call that ignored its abort would keep the process alive.
  process.exit(await runHere(argv))
}
