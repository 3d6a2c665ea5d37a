import type { Command } from 'commander'
import type { ApplyOptions } from '../commands/apply.ts'
import type { DestroyOptions } from '../commands/destroy.ts'
import type { PlanOptions } from '../commands/plan.ts'
import type { Act } from './act.ts'
import { examples } from './act.ts'
import { addApplyOptions, addBrakes, addPlanOptions } from './plan-options.ts'
import { collect, wholeNumber } from './values.ts'

/** `validate`, `plan`, `apply`, `destroy`: from configuration to machines and back. */
export const addLine = (program: Command, act: Act): void => {
  addValidate(program, act)
  addPlan(program, act)
  addApply(program, act)
  addDestroy(program, act)
}

const addValidate = (program: Command, act: Act): void => {
  program
    .command('validate')
    .description('check the configuration; touches nothing')
    .option('--json', 'the diagnostics as JSON')
    .addHelpText('after', examples([['forge validate', 'all problems at once, each with its place']]))
    .action((options: { readonly json?: boolean }, command: Command) =>
      act(command, async (invocation) => (await import('../commands/validate.ts')).validate(invocation, options)),
    )
}

const addPlan = (program: Command, act: Act): void => {
  addPlanOptions(program.command('plan').description('show what apply would do; changes nothing and takes no lock'))
    .option('--out <file>', 'save the plan, for forge apply FILE')
    .option('--destroy', 'plan the end of everything')
    .option('--revision <number>', 'back to the configuration of this run of forge state history', wholeNumber(1))
    .option('--detailed-exitcode', 'exit 2 when there are changes')
    .option('--json', 'one event per line as JSON on standard output; the last line is the plan')
    .option('--markdown', 'the plan for a pull request')
    .option('--verbose', 'every member and every field')
    .addHelpText(
      'after',
      examples([
        ['forge plan', 'what would be done'],
        ['forge plan --out web.forgeplan', 'save it; apply does exactly this'],
        ['forge plan --replace group.web/2', 'one machine anew'],
        ['forge plan --override quorum:db', 'although db loses its majority'],
        ['forge plan --revision 7 --out old.forgeplan', 'back to what run 7 wanted'],
        ['forge plan --detailed-exitcode', '0: nothing to do, 2: changes'],
      ]),
    )
    .action((options: PlanOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/plan.ts')).plan(invocation, options)),
    )
}

const addApply = (program: Command, act: Act): void => {
  addApplyOptions(addPlanOptions(program.command('apply').description('plan, ask, and do it; or do a saved plan')))
    .argument('[planfile]', 'a plan from forge plan --out; no configuration is read for it')
    .option('--approve <gate>', 'go on at this gate, such as canary.group.web; again for more', collect)
    .addHelpText(
      'after',
      examples([
        ['forge apply', 'plan, ask, do'],
        ['forge apply --auto-approve --lock-timeout 5m', 'in a pipeline'],
        ['forge apply web.forgeplan', 'what was reviewed'],
        ['forge apply a.forgeplan --approve canary.group.web', 'go on with the rest'],
      ]),
    )
    .action((file: string | undefined, options: ApplyOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/apply.ts')).apply(invocation, file, options)),
    )
}

const addDestroy = (program: Command, act: Act): void => {
  addApplyOptions(addBrakes(program.command('destroy').description('end everything of this stack; asks for its name')))
    .addHelpText(
      'after',
      examples([
        ['forge destroy', "everything; asks for the stack's name"],
        ['forge destroy --target group.web', 'one group'],
        ['forge destroy --override quorum:db', 'although it has a quorum'],
      ]),
    )
    .action((options: DestroyOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/destroy.ts')).destroy(invocation, options)),
    )
}
