import type { Command } from 'commander'
import type { BuildOptions } from '../commands/image-build.ts'
import type { PruneOptions, PushOptions } from '../commands/image-push.ts'
import type { Act } from './act.ts'
import { examples } from './act.ts'
import { addApplyOptions } from './plan-options.ts'
import { wholeNumber } from './values.ts'

/** `image ...`: what machines boot from, made, pushed and removed without touching a machine. */
export const addImage = (program: Command, act: Act): void => {
  const image = program
    .command('image')
    .description('what machines boot from: list, build, push, prune')
    .addHelpText(
      'after',
      examples([
        ['forge image list', 'which versions there are, and who boots from them'],
        ['forge image push host', 'before the machines roll'],
        ['forge image prune --keep 1', 'make room'],
      ]),
    )
  addList(image, act)
  addBuild(image, act)
  addPush(image, act)
  addPrune(image, act)
}

const addList = (image: Command, act: Act): void => {
  image
    .command('list')
    .description('the images, their versions, and the machines that boot from them')
    .option('--json', 'as JSON')
    .addHelpText('after', examples([['forge image list', 'as the configuration and the state know them']]))
    .action((options: { readonly json?: boolean }, command: Command) =>
      act(command, async (invocation) => (await import('../commands/image-list.ts')).listImages(invocation, options)),
    )
}

const addBuild = (image: Command, act: Act): void => {
  image
    .command('build')
    .argument('[image]', 'its name; without it all of the configuration')
    .description('make the files of an image here; pushes nothing')
    .option('--out <dir>', 'also copy them into this folder, as NAME-VERSION.iso')
    .addHelpText(
      'after',
      examples([
        ['forge image build host', 'made once, and kept for apply'],
        ['forge image build host --out build', 'build/host-1a2b3c4d5e6f.iso'],
      ]),
    )
    .action((name: string | undefined, options: BuildOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/image-build.ts')).buildImages(invocation, name, options)),
    )
}

const addPush = (image: Command, act: Act): void => {
  addApplyOptions(image.command('push').description('plan, ask, and push images; machines stay as they are'))
    .argument('[image]', 'its name; without it all of the configuration')
    .option('--accept-vanished <number>', 'accept that so many objects are gone', wholeNumber(0))
    .option('--out <file>', 'save the plan instead, for forge apply FILE')
    .addHelpText(
      'after',
      examples([
        ['forge image push', 'all of them, as forge apply does before it rolls the machines'],
        ['forge image push host --auto-approve', 'in the pipeline that builds it'],
        ['forge image push host --out push.forgeplan', 'as a plan to review'],
      ]),
    )
    .action((name: string | undefined, options: PushOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/image-push.ts')).pushImages(invocation, name, options)),
    )
}

const addPrune = (image: Command, act: Act): void => {
  addApplyOptions(image.command('prune').description('plan, ask, and remove versions that no machine boots from'))
    .argument('[image]', 'its name; without it all of the configuration')
    .option('--keep <number>', 'so many versions stay, the wanted one among them (default: keep of the image)', wholeNumber(1))
    .option('--accept-vanished <number>', 'accept that so many objects are gone', wholeNumber(0))
    .option('--out <file>', 'save the plan instead, for forge apply FILE')
    .addHelpText(
      'after',
      examples([
        ['forge image prune --keep 1', 'only the wanted version stays, and those in use'],
        ['forge image prune host', 'what is older than the last ones to keep'],
      ]),
    )
    .action((name: string | undefined, options: PruneOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/image-push.ts')).pruneImages(invocation, name, options)),
    )
}
